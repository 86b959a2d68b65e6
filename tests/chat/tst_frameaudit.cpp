#include "tests/chat/frameaudit.h"

#include "protocol/codec.h"
#include "tests/chat/chattestkit.h"
#include "tests/chat/roomlogs.h"
#include "tests/support/testmain.h"

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const RoomId Den = RoomId::parse(u"den").value();
const UserName Anna = UserName::parse(u"anna").value();
const UserName Bo = UserName::parse(u"bo").value();

ServerFrame message(const RoomId &room, qint64 seq) { return RoomEvent { room, Seq(seq), Anna, {}, MessagePosted { u"hi"_s, {}, {} } }; }

Welcome welcome(const UserName &user)
{
    Welcome frame;
    frame.user = user;
    return frame;
}

} // namespace

/// The audit is what other tests believe: it must see what it is for.
class tst_FrameAudit : public Test
{
    Q_OBJECT

private slots:
    void judges_data();
    void judges();
};

void tst_FrameAudit::judges_data()
{
    using Frames = QList<ServerFrame>;
    QTest::addColumn<Frames>("heard");
    QTest::addColumn<bool>("isFair");

    QTest::newRow("a member, the private room") << Frames { welcome(Anna), message(Den, 2) } << true;
    QTest::newRow("a member, then left, an event before") << Frames { welcome(Bo), message(Den, 3) } << true;
    QTest::newRow("a guest, the room of the path") << Frames { message(RoomId::lobby(), 1) } << true;
    QTest::newRow("anybody looks into a public room") << Frames { welcome(Bo), History { RoomId::parse(u"tea").value(), {}, false } } << true;

    QTest::newRow("not yet a member") << Frames { welcome(Bo), message(Den, 1) } << false;
    QTest::newRow("no longer a member") << Frames { welcome(Bo), message(Den, 5) } << false;
    QTest::newRow("a guest, the private room") << Frames { message(Den, 2) } << false;
    QTest::newRow("a page of the private room") << Frames { History { Den, {}, false } } << false;
    QTest::newRow("no member of a public room hears typing there") << Frames { welcome(Bo), Typing { RoomId::parse(u"tea").value(), Anna, true, {} } } << false;
    QTest::newRow("a hit of a search in the private room")
        << Frames { welcome(UserName::parse(u"cy").value()), SearchResults { { { Den, Seq(2), Anna, u"x"_s, {}, {}, {}, {}, false, {} } }, false } } << false;
}

void tst_FrameAudit::judges()
{
    QFETCH(const QList<ServerFrame>, heard);
    QFETCH(const bool, isFair);

    Chat chat;
    const auto anna = chat.welcomed(u"anna"_s);
    const auto bo = chat.welcomed(u"bo"_s);
    for (const QByteArray request : { R"({"type":"create_room","room":"tea"})", R"({"type":"create_room","room":"den","kind":"private"})", // 1: anna
                                      R"({"type":"invite","room":"den","user":"bo"})", // 2
                                      R"({"type":"message","room":"den","content":"hi"})" }) { // 3
        anna->say(request);
        chat.settle();
    }
    bo->say(R"({"type":"leave","room":"den"})"); // 4
    chat.settle();
    anna->say(R"({"type":"message","room":"den","content":"gone"})"); // 5
    chat.settle();

    FrameAudit audit(RoomId::lobby());
    for (const ServerFrame &frame : heard)
        audit.heard(frame);
    const RoomLogs logs(chat, audit.rooms() + QSet { Den });
    QVERIFY(logs.isGapless());
    QVERIFY(logs.isShownAsWritten());
    QCOMPARE(audit.breach(logs).isEmpty(), isFair);
}

HEARTH_TEST_MAIN(tst_FrameAudit)
#include "tst_frameaudit.moc"
