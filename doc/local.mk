# SPDX-License-Identifier: MIT
dist_man_MANS += doc/libscardaudit-rpc.3 doc/libscardaudit-wtsapi.3 doc/lsahost.1 doc/scardaudit.1 \
	doc/scardaudit-ci.1
# With their folders: the README links to them.
nobase_dist_doc_DATA = LICENSE README.md doc/bindings.md doc/contracts-pcsc.md \
	doc/ci/README.md doc/ci/github-actions.yml doc/ci/gitlab-ci.yml doc/ci/Jenkinsfile \
	doc/contracts-lsa.md doc/contracts-rpc.md doc/contracts-wts.md doc/design.md \
	doc/events.schema.json doc/fingerprints.md doc/html-report.png \
	doc/report.schema.json doc/robustness.md doc/rules.md doc/suppressions.md \
	doc/trace-format.md preload/README.md providers/README.md report/README.md
# Innermost first: what uninstalling files leaves empty, the headers' folder too
DOC_FOLDERS = $(docdir)/doc/ci $(docdir)/doc $(docdir)/preload $(docdir)/providers \
	$(docdir)/report $(docdir) $(provider_includedir)
