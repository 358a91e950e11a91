#!/bin/bash
# The role and the databases of the services, once, when the server is set up.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$DOAB_DB_PASSWORD" --username=postgres <<'END'
CREATE ROLE doab LOGIN PASSWORD :'password';
CREATE DATABASE destinations OWNER doab;
CREATE DATABASE inventory OWNER doab;
END
