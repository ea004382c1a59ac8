"""pyserial's handlers of URLs that devicelog itself knows: `keyboard://` and `page://`."""
