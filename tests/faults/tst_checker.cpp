#include "tests/faults/checker.h"
#include "tests/support/testmain.h"

#include <QJsonDocument>

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// A run in which all went well: bo posts three messages, anna hears them, reads the first and reacts to it.
const QList<QByteArray> AnnasLines {
    R"({"what":"welcome","rooms":[{"room":"tea","last_seq":1,"read_seq":1,"unread":0}]})",
    R"({"what":"joined","room":"tea","seq":1})",
    R"({"what":"snapshot","room":"tea","since":1,"messages":[]})",
    R"({"what":"live","applied":true,"event":{"type":"message","room":"tea","seq":2,"user":"bo","content":"one","client_id":"b1"}})",
    R"({"what":"read","room":"tea","seq":2})",
    R"({"what":"live","applied":true,"event":{"type":"reaction","room":"tea","seq":3,"user":"anna","target":2,"emoji":"+","add":true}})",
    R"({"what":"lost"})",
    R"({"what":"welcome","rooms":[{"room":"tea","last_seq":5,"read_seq":2,"unread":2}]})",
    R"({"what":"synced","applied":true,"event":{"type":"message","room":"tea","seq":4,"user":"bo","content":"two","client_id":"b2"}})",
    R"({"what":"synced","applied":true,"event":{"type":"message","room":"tea","seq":5,"user":"bo","content":"three","client_id":"b3"}})",
    R"({"what":"settled"})",
    R"({"what":"snapshot","room":"tea","since":5,"messages":[
        {"seq":2,"user":"bo","content":"one","reactions":[{"emoji":"+","count":1,"users":["anna"]}]},
        {"seq":4,"user":"bo","content":"two"},{"seq":5,"user":"bo","content":"three"}]})",
};
const QList<QByteArray> BosLines {
    R"({"what":"posted","id":"b1","room":"tea","content":"one"})",   R"({"what":"acked","id":"b1","room":"tea","seq":2})",
    R"({"what":"posted","id":"b2","room":"tea","content":"two"})",   R"({"what":"acked","id":"b2","room":"tea","seq":4})",
    R"({"what":"posted","id":"b3","room":"tea","content":"three"})", R"({"what":"acked","id":"b3","room":"tea","seq":5})",
};

StoredLog goodLog()
{
    return { { u"tea"_s,
               { 5,
                 { { 1, u"member"_s, u"anna"_s, {}, {}, 0, true },
                   { 2, u"message"_s, u"bo"_s, u"b1"_s, u"one"_s, 0, false },
                   { 3, u"reaction"_s, u"anna"_s, {}, u"+"_s, 2, true },
                   { 4, u"message"_s, u"bo"_s, u"b2"_s, u"two"_s, 0, false },
                   { 5, u"message"_s, u"bo"_s, u"b3"_s, u"three"_s, 0, false } },
                 { { u"anna"_s, 2 } } } } };
}

ClientJournal journal(const QString &user, const QList<QByteArray> &lines)
{
    ClientJournal journal { user, {}, {} };
    for (const QByteArray &line : lines)
        journal.lines.append(QJsonDocument::fromJson(line).object());
    return journal;
}

QList<QByteArray> with(QList<QByteArray> lines, qsizetype at, const char *from, const char *to)
{
    Q_ASSERT(lines[at].contains(from));
    lines[at].replace(from, to);
    return lines;
}

QList<QByteArray> without(QList<QByteArray> lines, qsizetype at)
{
    lines.removeAt(at);
    return lines;
}

QList<QByteArray> plus(QList<QByteArray> lines, qsizetype at, const char *line)
{
    lines.insert(at, line);
    return lines;
}

} // namespace

/// The checker of tests/faults: sees nothing in a good run, and each kind of wrong.
class tst_Checker : public Test
{
    Q_OBJECT

private slots:
    void agreesWithAGoodRun()
    {
        ClientJournal bo = journal(u"bo"_s, BosLines);
        bo.kept = QStringList { u"b2"_s };
        const Verdict verdict = check({ journal(u"anna"_s, AnnasLines), bo }, goodLog());
        QCOMPARE(verdict.violations, QStringList());
        QCOMPARE(verdict.acknowledged, 3);
        QCOMPARE(verdict.lost, 0);
        QCOMPARE(verdict.doubled, 0);
    }

    void anUnacknowledgedMessageMayBeThereOrNot()
    {
        const QList<QByteArray> unanswered = without(plus(BosLines, 6, R"({"what":"posted","id":"b4","room":"tea","content":"four"})"), 5);
        QCOMPARE(check({ journal(u"bo"_s, unanswered) }, goodLog()).violations, QStringList());
    }

    void aRefusedMessageMayBeOvertaken()
    {
        QList<QByteArray> lines = BosLines;
        lines.move(4, 0); // b3 was posted first
        QCOMPARE(check({ journal(u"bo"_s, lines) }, goodLog()).violations, QStringList { u"3 bo: b3 stands in tea behind a message posted after it"_s });
        lines.insert(1, R"({"what":"refused","id":"b3","code":"storage_full"})");
        QCOMPARE(check({ journal(u"bo"_s, lines) }, goodLog()).violations, QStringList());
    }

    void seesWhatIsWrong_data()
    {
        QTest::addColumn<QList<QByteArray>>("anna");
        QTest::addColumn<QList<QByteArray>>("bo");
        QTest::addColumn<QString>("violation");
        const auto annas = [](const char *name, const QList<QByteArray> &lines, const QString &violation) {
            QTest::newRow(name) << lines << BosLines << violation;
        };
        const auto bos = [](const char *name, const QList<QByteArray> &lines, const QString &violation) {
            QTest::newRow(name) << AnnasLines << lines << violation;
        };
        bos("acknowledged and lost", plus(plus(BosLines, 6, R"({"what":"posted","id":"b4","room":"tea","content":"four"})"), 7, R"({"what":"acked","id":"b4","room":"tea","seq":6})"),
            u"1 bo: b4 was acknowledged as 6 of tea, and is not there"_s);
        bos("acknowledged under another number", with(BosLines, 1, "2", "4"), u"1 bo: b1 was acknowledged as 4 of tea, and is not there"_s);
        bos("acknowledged twice", plus(BosLines, 2, R"({"what":"acked","id":"b1","room":"tea","seq":4})"), u"1 bo: b1 was acknowledged as 2 and as 4"_s);
        bos("acknowledged unasked", plus(BosLines, 0, R"({"what":"acked","id":"x","room":"tea","seq":2})"), u"1 bo: x was acknowledged and never posted"_s);
        bos("forgotten", plus(plus(BosLines, 6, R"({"what":"posted","id":"b4","room":"tea","content":"four"})"), 7, R"({"what":"ended"})"),
            u"1 bo: b4 was forgotten: it is not acknowledged, and nothing was left to send"_s);
        bos("stored, posted by nobody", without(without(BosLines, 5), 4), u"1 bo: event 5 of tea was posted by nobody"_s);
        annas("missed", without(AnnasLines, 8), u"2 anna: applied event 5 of tea after 3"_s);
        annas("missed at the end", without(AnnasLines, 9), u"2 anna: has tea up to 4 after catching up, the log goes to 5"_s);
        annas("heard otherwise", with(AnnasLines, 3, "one", "won"), u"2 anna: heard message 2 \"won\" of tea, where the log has message \"one\""_s);
        annas("heard and not stored", plus(AnnasLines, 10, R"({"what":"live","applied":true,"event":{"type":"message","room":"tea","seq":6,"user":"bo","content":"x"}})"),
              u"2 anna: heard event 6 of tea, which the log does not have"_s);
        annas("sent out of order", plus(AnnasLines, 6, R"({"what":"live","applied":false,"event":{"type":"message","room":"tea","seq":2,"user":"bo","content":"one","client_id":"b1"}})"),
              u"3 anna: was sent event 2 of tea after 3"_s);
        annas("another fresh snapshot", with(AnnasLines, 11, "two", "tow"), u"4 anna: the snapshot of tea is not what its log makes: message 4 is \"tow\" of bo (), not \"two\" of bo ()"_s);
        annas("a snapshot that was wrong", with(AnnasLines, 2, R"("messages":[])", R"("messages":[{"seq":2,"user":"bo","content":"x"}])"),
              u"4 anna: an earlier snapshot of tea and the events since are not the fresh one"_s);
        annas("unread off by one", with(AnnasLines, 7, R"("unread":2)", R"("unread":3)"), u"5 anna: 3 said to be unread in tea after 2, the log has 2"_s);
        annas("read mark back", with(AnnasLines, 7, R"("read_seq":2,"unread":2)", R"("read_seq":1,"unread":3)"), u"5 anna: read_seq of tea went back from 2 to 1"_s);
        annas("read mark not kept", plus(AnnasLines, 8, R"({"what":"read","room":"tea","seq":4})"), u"5 anna: read_seq of tea is 2 in the database, was acknowledged as 4"_s);
        annas("heard from outside", plus(AnnasLines, 6, R"({"what":"live","applied":false,"event":{"type":"message","room":"den","seq":1,"user":"bo","content":"x"}})"),
              u"7 anna: heard event 1 of den without being a member"_s);
        annas("heard after leaving", plus(plus(AnnasLines, 6, R"({"what":"left","room":"tea"})"), 7,
                                          R"({"what":"live","applied":false,"event":{"type":"message","room":"tea","seq":4,"user":"bo","content":"two","client_id":"b2"}})"),
              u"7 anna: heard event 4 of tea without being a member"_s);
    }
    void seesWhatIsWrong()
    {
        QFETCH(QList<QByteArray>, anna);
        QFETCH(QList<QByteArray>, bo);
        QFETCH(QString, violation);
        const Verdict verdict = check({ journal(u"anna"_s, anna), journal(u"bo"_s, bo) }, goodLog());
        QVERIFY2(verdict.violations.contains(violation), qPrintable(verdict.violations.join(u'\n')));
    }

    void countsWhatIsLost()
    {
        StoredLog log = goodLog();
        log[u"tea"_s].events.removeLast();
        log[u"tea"_s].lastSeq = 4;
        QCOMPARE(check({ journal(u"bo"_s, BosLines) }, log).lost, 1);
    }

    void countsWhatIsDoubled()
    {
        StoredLog log = goodLog();
        log[u"tea"_s].events.append({ 6, u"message"_s, u"bo"_s, u"b3-again"_s, u"three"_s, 0, false });
        log[u"tea"_s].lastSeq = 6;
        const Verdict verdict = check({ journal(u"bo"_s, BosLines) }, log);
        QCOMPARE(verdict.doubled, 1);
        QCOMPARE(verdict.violations, QStringList { u"1 bo: \"three\" is in the log twice"_s });
    }

    void missesWhatAClientKept()
    {
        ClientJournal bo = journal(u"bo"_s, BosLines);
        bo.kept = QStringList { u"b9"_s };
        const Verdict verdict = check({ bo }, goodLog());
        QCOMPARE(verdict.lost, 1);
        QCOMPARE(verdict.violations, QStringList { u"1 bo: b9 was in the outbox at a kill and was never sent"_s });
    }

    void seesAGapInTheLog()
    {
        StoredLog log = goodLog();
        log[u"tea"_s].events.removeAt(2);
        QCOMPARE(check({}, log).violations, QStringList { u"3 log: tea has event 4 where 3 is due"_s });
        log = goodLog();
        log[u"tea"_s].lastSeq = 7;
        QCOMPARE(check({}, log).violations, QStringList { u"3 log: tea ends at 5 and says 7"_s });
    }
};

HEARTH_TEST_MAIN(tst_Checker)
#include "tst_checker.moc"
