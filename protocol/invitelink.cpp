#include "protocol/invitelink.h"

#include "protocol/limits.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

QString inviteLink(const QString &host, quint16 port, const Fingerprint &fingerprint, const QString &room)
{
    QString link = u"hearth://"_s + (host.contains(u':') ? u'[' + host + u']' : host);
    if (port != limits::DefaultPort)
        link += u':' + QString::number(port);
    link += u'/' + room;
    if (!fingerprint.isNull())
        link += u"?fp="_s + fingerprint.toString();
    return link;
}

} // namespace hearth
