#include "tests/chat/chatcast.h"

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

QByteArray filled(const char *text, const QByteArray &first, const QByteArray &second)
{
    return QByteArray(text).replace("%2", second).replace("%1", first);
}

QByteArray member(const QByteArray &name, const QByteArray &value) { return ",\"" + name + "\":\"" + value + '"'; }

QByteArray hello(const QByteArray &user, const QByteArray &more) { return filled(R"({"type":"hello","user":"%1"%2})", user, more); }

QByteArray tokenOf(const QJsonObject &welcome) { return member("token", welcome.value("token"_L1).toString().toUtf8()); }

QString messageOf(const QJsonObject &frame) { return frame.value("message"_L1).toString(); }

UserName userName(const QString &text) { return UserName::parse(text).value(); }

Cast::Cast(Chat &chat) : anna(chat.welcomed(u"anna"_s)), mo(chat.welcomed(u"mo"_s)), bo(chat.welcomed(u"bo"_s))
{
    anna->forget();
    if (anna->verdict(R"({"type":"set_role","user":"mo","role":"moderator"})") != "ack"_L1)
        qFatal("mo is no moderator");
    chat.settle();
    forget();
}

Client &Cast::named(const QString &name) const { return name == "anna"_L1 ? *anna : name == "mo"_L1 ? *mo : *bo; }

void Cast::forget() const
{
    for (const auto &client : { anna.get(), mo.get(), bo.get() })
        client->forget();
}

} // namespace hearth::test
