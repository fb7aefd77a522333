"""hotfolder doctor: is the machine fit for the shop? One file for each part of the world."""
