# SPDX-License-Identifier: MIT
"""Does each JSON value in files fit a schema? Prints what does not.

schema.py SCHEMA FILE...
"""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
validator = kind(schema)
decoder = json.JSONDecoder()
wrong = 0
for name in sys.argv[2:]:
    with open(name, encoding="utf-8") as file:
        text = file.read().rstrip()
    position = values = 0
    while position < len(text):
        while text[position].isspace():
            position += 1
        value, position = decoder.raw_decode(text, position)
        values += 1
        for problem in validator.iter_errors(value):
            print(name, values, "/".join(map(str, problem.absolute_path)), problem.message)
            wrong += 1
    if not values:
        print(name, "is empty")
        wrong += 1
sys.exit(bool(wrong))
