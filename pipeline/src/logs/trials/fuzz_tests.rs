use bolero as _;
