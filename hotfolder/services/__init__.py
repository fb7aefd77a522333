"""One file per thing the shop would name; decisions of the domain are carried out here."""
