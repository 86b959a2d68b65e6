#include "tests/support/testmain.h"
#include "ui/words.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using State = ConnectionStatus::State;
using Problem = ConnectionStatus::Problem;

namespace {

QList<UserName> people(const QStringList &names)
{
    QList<UserName> users;
    for (const QString &name : names)
        users.append(*UserName::parse(name));
    return users;
}

const QDateTime Now(QDate(2026, 11, 24), QTime(12, 0), Qt::UTC);

} // namespace

class tst_Words : public test::Test
{
    Q_OBJECT

private slots:
    void tellsWhoTypes_data()
    {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("nobody") << QStringList() << QString();
        QTest::newRow("one") << QStringList { u"Bo"_s } << u"Bo is typing…"_s;
        QTest::newRow("two") << QStringList { u"Bo"_s, u"Cy"_s } << u"Bo and Cy are typing…"_s;
        QTest::newRow("three") << QStringList { u"Bo"_s, u"Cy"_s, u"Di"_s } << u"Bo, Cy and Di are typing…"_s;
        QTest::newRow("four") << QStringList { u"Bo"_s, u"Cy"_s, u"Di"_s, u"Ed"_s } << u"Several people are typing…"_s;
        QTest::newRow("a name with a percent sign") << QStringList { u"%2"_s, u"Cy"_s } << u"%2 and Cy are typing…"_s;
    }
    void tellsWhoTypes()
    {
        QFETCH(QStringList, names);
        QFETCH(QString, sentence);
        QCOMPARE(Words::typing(people(names)), sentence);
    }

    void tellsHowLongRoomsKeep()
    {
        // Without the translation that knows of plurals.
        QCOMPARE(Words::kept(0), u"Messages are kept for good."_s);
        QCOMPARE(Words::kept(30), u"Messages are kept for 30 day(s)."_s);
        QCOMPARE(Words::keeping(0), u"For good"_s);
        QCOMPARE(Words::expired(0), u"Older messages are gone."_s);
        QCOMPARE(Words::expired(7), u"Older messages are gone: this room keeps 7 day(s)."_s);
    }

    void namesPeople()
    {
        QCOMPARE(Words::people({}), QString());
        QCOMPARE(Words::people(people({ u"Bo"_s, u"%1"_s })), u"Bo, %1"_s);
        QStringList many;
        for (int i = 0; i < 1'000; ++i)
            many.append(u"p%1"_s.arg(i));
        const QString words = Words::people(people(many));
        QVERIFY2(words.startsWith(u"p0, p1, "_s) && words.contains(u"p19 and 980 other"_s), qPrintable(words));
    }

    void countsDownToTheNextAttempt()
    {
        ConnectionStatus status;
        status.state = State::Waiting;
        status.problem = Problem::Lost;
        status.retryAt = Now.addMSecs(3'500);
        QCOMPARE(Words::connection(status, u"ship"_s, Now), u"Reconnecting in 4 s. What you write is kept and sent later."_s);
        QVERIFY(Words::connection(status, u"ship"_s, Now.addSecs(60)).contains(u"in 1 s"_s)); // late, but not negative
        status.problem = Problem::ServerClosed;
        QVERIFY(Words::connection(status, u"ship"_s, Now).contains(u"closed the chat"_s));
        status.state = State::Online;
        QVERIFY(Words::connection(status, u"ship"_s, Now).isEmpty());
    }

    /// A sentence that names the place and ends, whatever happened.
    void everyProblemHasItsSentence()
    {
        for (int problem = static_cast<int>(Problem::Unreachable); problem <= static_cast<int>(Problem::Refused); ++problem) {
            ConnectionStatus status;
            status.problem = static_cast<Problem>(problem);
            const QString sentence = Words::joinProblem(status, u"192.168.1.20"_s);
            QVERIFY2(sentence.endsWith(u'.'), qPrintable(QString::number(problem)));
            QVERIFY(!sentence.contains(u'!'));
        }
        for (int error = 0; error <= static_cast<int>(AddressError::BadLink); ++error)
            QVERIFY(Words::addressProblem(static_cast<AddressError>(error)).endsWith(u'.'));
        for (int error = 0; error <= static_cast<int>(NameError::ForbiddenCharacter); ++error)
            QVERIFY(Words::nameProblem(static_cast<NameError>(error)).endsWith(u'.'));
    }
    void whatIsNotForgottenSaysWhy()
    {
        QVERIFY(Words::notForgotten(u"ship.lan"_s, {}).contains(u"keychain did not let go of what lets you in at ship.lan"_s));
        QCOMPARE(Words::notForgotten(u"ship.lan"_s, u"disk\nfull"_s), u"What is kept of ship.lan cannot be removed (disk full). Try again."_s);
    }
    void everyFailureHasItsSentence()
    {
        using What = RequestFailure::What;
        for (int what = 0; what <= static_cast<int>(What::Other); ++what) {
            for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
                RequestFailure failure;
                failure.what = static_cast<What>(what);
                failure.code = static_cast<ErrorCode>(code);
                failure.message = u"<b>remote</b>"_s;
                const QString sentence = Words::failure(failure);
                QVERIFY2(sentence.endsWith(u'.'), qPrintable(u"%1 %2"_s.arg(what).arg(code)));
                QVERIFY(!sentence.contains(u"<b>"_s)); // the server's words are not ours
                QVERIFY(Words::notSent(failure.code).endsWith(u'.'));
            }
        }
    }

    /// The room is there, but what was replied to has expired.
    void aReplyToWhatIsGoneIsNotBlamedOnTheRoom()
    {
        RequestFailure failure;
        failure.what = RequestFailure::What::Post;
        failure.code = ErrorCode::NotFound;
        const QString sentence = u"Not sent: the room, or the message that it answers, is gone."_s;
        QCOMPARE(Words::failure(failure), sentence);
        QCOMPARE(Words::notSent(failure.code), sentence);
    }

    void tellsTimes()
    {
        QLocale::setDefault(QLocale::c());
        QCOMPARE(Words::timeOfDay(Now), u"12:00"_s);
        QCOMPARE(Words::when(Now.addSecs(-20), Now), u"just now"_s);
        QCOMPARE(Words::when(Now.addSecs(-3'600), Now), u"11:00"_s);
        QCOMPARE(Words::when(Now.addDays(-1), Now), u"Yesterday 12:00"_s);
        QCOMPARE(Words::when(Now.addDays(-21), Now), u"3 Nov"_s);
        QCOMPARE(Words::when(Now.addYears(-1), Now), u"24 Nov 2025"_s);
        QCOMPARE(Words::day(Now.date(), Now.date()), u"Today"_s);
        QCOMPARE(Words::day(Now.date().addDays(-1), Now.date()), u"Yesterday"_s);
        QCOMPARE(Words::day(QDate(2026, 11, 3), Now.date()), u"Tuesday, 3 November"_s);
        QCOMPARE(Words::day(QDate(2025, 11, 3), Now.date()), u"Monday, 3 November 2025"_s);
    }

    void bringsRemoteTextIntoOneLine_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("line");
        QTest::newRow("lines") << u"a\nb\r\n\tc"_s << u"a b c"_s;
        QTest::newRow("overrides") << u"a\u202eb\u2066c"_s << u"abc"_s;
        QTest::newRow("long") << QString(20, u'x') << QString(10, u'x') + u'…';
        QTest::newRow("not through a surrogate pair") << QString(9, u'x') + u"😀x"_s << QString(9, u'x') + u'…';
        QTest::newRow("not through a family") << u"x👨‍👩‍👧‍👦"_s << u"x…"_s;
        QTest::newRow("not between a letter and its mark") << QString(9, u'x') + u"e\u0301x"_s << QString(9, u'x') + u'…';
        QTest::newRow("just as long as it may be") << QString(10, u'x') << QString(10, u'x');
        QTest::newRow("blanks after it") << QString(10, u'x') + QString(40, u' ') << QString(10, u'x');
        QTest::newRow("marks without end") << u'a' + QString(10'000, QChar(0x301)) << u'a' + QString(9, QChar(0x301)) + u'…';
        QTest::newRow("markup stays text") << u"<b>x"_s << u"<b>x"_s;
    }
    void bringsRemoteTextIntoOneLine()
    {
        QFETCH(QString, text);
        QFETCH(QString, line);
        QCOMPARE(Words::oneLine(text, 10), line);
    }
};

HEARTH_TEST_MAIN(tst_Words)
#include "tst_words.moc"
