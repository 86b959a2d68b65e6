#include "server/net/origin.h"

#include "server/net/requestparser.h"

#include <QHostAddress>
#include <QHostInfo>
#include <QUrl>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Whether a page from there can only be this computer's own. Any other name is given by whoever owns it, and can be made to
/// lead here after the page was loaded (DNS rebinding).
bool isOwnName(const QString &host)
{
    const QString name = QUrl(u"http://"_s + host).host();
    static const QString full = u'.' + QHostInfo::localDomainName();
    return !QHostAddress(name).isNull() || (!name.isEmpty() && !name.contains(u'.')) || name.endsWith(u".local"_s)
        || (full.size() > 1 && name.compare(QHostInfo::localHostName() + full, Qt::CaseInsensitive) == 0);
}

} // namespace

bool isOriginAllowed(const RequestHead &head, const QStringList &allowed)
{
    const auto origin = head.header("origin");
    if (!origin)
        return true;
    const QString text = QString::fromUtf8(*origin);
    const QString host = QString::fromUtf8(*head.header("host"));
    const auto isSame = [&text](const QString &other) { return text.compare(other, Qt::CaseInsensitive) == 0; };
    return (isOwnName(host) && (isSame(u"http://"_s + host) || isSame(u"https://"_s + host)))
        || std::any_of(allowed.cbegin(), allowed.cend(), isSame);
}

} // namespace hearth
