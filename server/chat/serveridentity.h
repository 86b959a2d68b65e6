#pragma once

#include "server/chat/serversettings.h"
#include "server/net/tlsidentity.h"

/// Where a server's key and certificates come from.
namespace hearth {

/// Files that a person names, which must be a certificate and its key.
[[nodiscard]] Result<TlsIdentity, TlsIdentity::Error> readIdentity(const QString &certificateFile, const QString &keyFile);

/// The one that a server with these settings has: the files that they name, or what it made itself at its first start.
/// Nothing where it has made none yet. The error is a sentence that names the file.
[[nodiscard]] Result<std::optional<TlsIdentity>, QString> existingIdentity(const ServerSettings &settings);
/// The same; makes one where there is none and keeps it in the data directory, in a file for its owner only.
[[nodiscard]] Result<TlsIdentity, QString> obtainIdentity(const ServerSettings &settings, const QDateTime &now);

} // namespace hearth
