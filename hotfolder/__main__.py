"""`python -m hotfolder` is the same program as `hotfolder`."""

from hotfolder.cli.main import main

if __name__ == "__main__":
    main()
