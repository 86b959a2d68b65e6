#include "server/chat/serveridentity.h"

#include "server/net/localaddresses.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QSysInfo>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Fault = TlsIdentity::Fault;

constexpr qint64 MaxFileSize = 1'048'576; ///< bytes: chains of certificates are a few thousand
constexpr auto FileName = "tls.pem"_L1; ///< key and certificate in one, so that there is never one without the other

Result<QByteArray, QString> contentsOf(const QString &name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected(u"The file cannot be read (%1)."_s.arg(file.errorString()));
    if (file.size() > MaxFileSize)
        return Unexpected(u"The file is too large."_s);
    return file.readAll();
}

QString ownFile(const ServerSettings &settings) { return QDir(settings.dataDirectory).filePath(FileName); }

bool isKept(const ServerSettings &settings) { return settings.dataDirectory != ":memory:"_L1; }

TlsIdentity::Subject subjectOf(const ServerSettings &settings)
{
    TlsIdentity::Subject subject;
    const QString host = QSysInfo::machineHostName();
    for (const QString &name : { host, host + u".local"_s, u"localhost"_s }) {
        if (!name.startsWith(u'.') && !name.isEmpty())
            subject.hostNames.append(name);
    }
    subject.addresses = reachableAddresses(settings.bind);
    subject.addresses << QHostAddress(QHostAddress::LocalHost) << QHostAddress(QHostAddress::LocalHostIPv6);
    return subject;
}

/// Whole or not at all, and never readable for others.
Result<void, QString> keep(const TlsIdentity &identity, const QString &name)
{
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || file.write(identity.key() + identity.certificates()) < 0 || !file.commit())
        return Unexpected(u"The server's key cannot be kept in %1 (%2)."_s.arg(name, file.errorString()));
    return {};
}

} // namespace

Result<TlsIdentity, TlsIdentity::Error> readIdentity(const QString &certificateFile, const QString &keyFile)
{
    const auto certificates = contentsOf(certificateFile);
    if (!certificates)
        return Unexpected(TlsIdentity::Error { Fault::Certificate, certificates.error() });
    const auto key = contentsOf(keyFile);
    if (!key)
        return Unexpected(TlsIdentity::Error { Fault::Key, key.error() });
    return TlsIdentity::parse(*certificates, *key);
}

Result<std::optional<TlsIdentity>, QString> existingIdentity(const ServerSettings &settings)
{
    const bool isNamed = !settings.tlsCertificate.isEmpty();
    const QString certificateFile = isNamed ? settings.tlsCertificate : ownFile(settings);
    const QString keyFile = isNamed ? settings.tlsKey : certificateFile;
    if (!isNamed && (!isKept(settings) || !QFile::exists(certificateFile)))
        return std::optional<TlsIdentity>();
    const auto read = readIdentity(certificateFile, keyFile);
    if (read)
        return std::optional(*read);
    const QString advice = isNamed ? QString() : u" Put back the one that was there; without it clients take this server for another."_s;
    return Unexpected(u"%1: %2%3"_s.arg(read.error().fault == Fault::Certificate ? certificateFile : keyFile, read.error().text, advice));
}

Result<TlsIdentity, QString> obtainIdentity(const ServerSettings &settings, const QDateTime &now)
{
    const auto existing = existingIdentity(settings);
    if (!existing)
        return Unexpected(existing.error());
    if (existing->has_value())
        return **existing;
    const auto made = TlsIdentity::generate(subjectOf(settings), now);
    if (!made)
        return Unexpected(made.error().text);
    if (isKept(settings)) {
        if (const auto kept = keep(*made, ownFile(settings)); !kept)
            return Unexpected(kept.error());
    }
    return *made;
}

} // namespace hearth
