#include "protocol/invitelink.h"

#include "protocol/limits.h"

#include <QStringList>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

QString inviteLink(const QString &host, quint16 port, const Fingerprint &fingerprint, const QString &room,
                   const QString &code)
{
    QString link = u"hearth://"_s + (host.contains(u':') ? u'[' + host + u']' : host);
    if (port != limits::DefaultPort)
        link += u':' + QString::number(port);
    link += u'/' + room;
    QStringList query;
    if (!fingerprint.isNull())
        query.append(u"fp="_s + fingerprint.toString());
    if (!code.isEmpty())
        query.append(u"invite="_s + code);
    return query.isEmpty() ? link : link + u'?' + query.join(u'&');
}

} // namespace hearth
