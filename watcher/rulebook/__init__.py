"""The officers' YAML: read with positions, validated, cross-checked and compiled into a RuleBook."""
