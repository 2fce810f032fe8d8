# SPDX-License-Identifier: MIT
dist_man_MANS += doc/scardaudit.1
dist_doc_DATA = README.md doc/contracts-pcsc.md doc/design.md doc/report.schema.json
