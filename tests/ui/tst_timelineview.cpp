#include "client/timeline.h"
#include "client/timelinemodel.h"
#include "tests/support/testmain.h"
#include "ui/emptynote.h"
#include "ui/messagelayout.h"
#include "ui/timelineview.h"

#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const UserName Anna = *UserName::parse(u"Anna");
const UserName Bo = *UserName::parse(u"Bo");

MessageSnapshot message(qint64 seq, const QString &content, const UserName &user = Bo)
{
    MessageSnapshot snapshot;
    snapshot.room = RoomId::lobby();
    snapshot.seq = Seq(seq);
    snapshot.user = user;
    snapshot.content = content;
    snapshot.timestamp = QDateTime(QDate(2026, 11, 24), QTime(8, 0), Qt::UTC).addSecs(seq * 30);
    return snapshot;
}

QList<MessageSnapshot> messages(qint64 first, qint64 last)
{
    QList<MessageSnapshot> page;
    for (qint64 seq = first; seq <= last; ++seq)
        page.append(message(seq, u"message %1 that says something, and goes on for a while so that some of them take two lines"_s.arg(seq)));
    return page;
}

} // namespace

class tst_TimelineView : public test::Test
{
    Q_OBJECT

private slots:
    void init()
    {
        test::Test::init();
        m_model = std::make_unique<TimelineModel>(Anna);
        m_view = std::make_unique<TimelineView>();
        m_view->resize(500, 400);
        m_view->show();
    }
    void cleanup()
    {
        m_view.reset();
        m_model.reset();
    }

    void tellsWhatIsGoneAboveTheFirstRow()
    {
        fill(1, 60);
        const int before = m_view->verticalScrollBar()->maximum();
        m_model->setExpired(30);
        settle();
        QVERIFY(m_view->verticalScrollBar()->maximum() > before); // it has a place of its own
        const auto spoken = [this](int row) { return m_view->model()->index(row, 0).data(Qt::AccessibleTextRole).toString(); };
        QVERIFY(spoken(0).contains(u"Older messages are gone"_s));
        QVERIFY(!spoken(1).contains(u"Older messages are gone"_s));
        m_model->setPaging(true, false);
        settle();
        QCOMPARE(m_view->verticalScrollBar()->maximum(), before);
    }
    void keepsItsPlaceWhenOlderOnesExpire()
    {
        fill(1, 60);
        scrollTo(m_view->verticalScrollBar()->maximum() - 300);
        const auto before = place();
        m_model->timeline().forgetBefore(Seq(30));
        m_model->setExpired(30);
        settle();
        QCOMPARE(place(), before);
        // And when what is looked at goes, there is something to look at all the same.
        m_model->timeline().forgetBefore(Seq(59));
        settle();
        QVERIFY(m_view->indexAt(QPoint(50, 60)).isValid());
    }
    /// As the view asks for the step of its scroll bar. It was taken for another width, and all rows were laid out twice a turn.
    void aRowWithoutARectangleIsAsWideAsTheView()
    {
        fill(1, 60);
        const QModelIndex row = m_view->model()->index(3, 0);
        QStyleOptionViewItem option;
        option.rect = QRect(0, 0, m_view->viewport()->width(), 0);
        option.font = m_view->font();
        const QSize size = m_view->itemDelegate()->sizeHint(option, row);
        option.rect = QRect();
        QCOMPARE(m_view->itemDelegate()->sizeHint(option, row), size);
    }
    void staysAtTheBottomIfItWasThere()
    {
        fill(1, 60);
        QVERIFY(m_view->isAtBottom());
        m_model->timeline().merge({ message(61, u"new"_s) });
        settle();
        QVERIFY(m_view->isAtBottom());
        QCOMPARE(m_view->lastVisibleSeq(), Seq(61));
    }
    void staysWhereItIsOtherwise()
    {
        fill(1, 60);
        scrollTo(300);
        const auto before = place();
        m_model->timeline().merge({ message(61, u"new"_s) });
        settle();
        QVERIFY(!m_view->isAtBottom());
        QCOMPARE(place(), before);
        QVERIFY(m_view->countBelow() > 0);
        m_view->jumpToNewest();
        QVERIFY(m_view->isAtBottom());
        QCOMPARE(m_view->countBelow(), 0);
    }
    void anOlderPageDoesNotMoveWhatIsRead()
    {
        fill(51, 100);
        scrollTo(120);
        const auto before = place();
        m_model->timeline().merge(messages(1, 50));
        settle();
        QCOMPARE(place().first, before.first);
        // The row on top may have begun a day or a group, and does not any more: its text stays where it was.
        QVERIFY(qAbs(place().second - before.second) <= 60);
        m_model->timeline().merge({ message(101, u"and one below"_s) });
        settle();
        QCOMPARE(place().first, before.first);
    }
    void aChangeAboveDoesNotMoveWhatIsRead()
    {
        fill(1, 60);
        scrollTo(1'200);
        const auto before = place();
        RoomEvent edit { RoomId::lobby(), Seq(61), Bo, QDateTime::currentDateTimeUtc(), MessageEdited { Seq(2), u"a\nb\nc\nd\ne\nf"_s } };
        m_model->timeline().apply(edit);
        settle();
        QCOMPARE(place(), before);
    }
    void whatIsFarBelowGoesAndComesWithoutMovingWhatIsRead()
    {
        fill(1, 200);
        scrollTo(1'500);
        const auto before = place();
        m_model->timeline().keepOldest(100);
        settle();
        QCOMPARE(place(), before);
        m_model->timeline().mergeNewer(messages(101, 120), Timeline::PageEnd::MoreFollow);
        m_model->timeline().keepNewest(110);
        settle();
        QCOMPARE(place(), before);
        m_model->timeline().merge({ message(200, u"an event of the log"_s) });
        settle();
        QCOMPARE(place(), before);
    }
    void theLastRowIsNotTheBottomWhereNewerOnesAreNotLoaded()
    {
        fill(1, 200);
        scrollTo(100);
        m_model->timeline().keepOldest(100);
        QSignalSpy wanted(m_view.get(), &TimelineView::newerWanted);
        settle();
        QCOMPARE(wanted.count(), 0);
        QVERIFY(m_view->countBelow() > 100);
        scrollTo(m_view->verticalScrollBar()->maximum());
        QVERIFY(wanted.count() >= 1);
        QVERIFY(!m_view->isAtBottom());
        QCOMPARE(m_view->lastVisibleSeq(), Seq(100));
        QCOMPARE(m_view->countBelow(), 100);
        const auto before = place();
        m_model->timeline().mergeNewer(messages(101, 200), Timeline::PageEnd::IsNewest);
        settle();
        QCOMPARE(place(), before);
        QVERIFY(!m_view->isAtBottom());
        m_view->jumpToNewest();
        QVERIFY(m_view->isAtBottom());
    }
    void jumpingToTheNewestWaitsForIt()
    {
        fill(1, 200);
        choose(50);
        m_model->timeline().keepOldest(100);
        settle();
        QSignalSpy wanted(m_view.get(), &TimelineView::newestWanted);
        QTest::keyClick(m_view.get(), Qt::Key_End);
        QCOMPARE(wanted.count(), 1);
        m_model->timeline().clearSent();
        m_model->timeline().merge(messages(151, 200));
        settle();
        QVERIFY(m_view->isAtBottom());
        QCOMPARE(m_view->lastVisibleSeq(), Seq(200));
        QCOMPARE(m_view->currentIndex().row(), 49);
    }
    void thePositionIsToldOnceForAllThatComesInATurn()
    {
        fill(1, 60);
        QSignalSpy told(m_view.get(), &TimelineView::positionChanged);
        for (qint64 seq = 61; seq <= 160; ++seq)
            m_model->timeline().merge({ message(seq, u"new"_s) });
        settle();
        QVERIFY(m_view->isAtBottom());
        QVERIFY2(told.count() >= 1 && told.count() <= 4, qPrintable(QString::number(told.count())));
    }
    void anotherWidthKeepsThePlace()
    {
        fill(1, 60);
        scrollTo(900);
        const auto before = place();
        m_view->resize(380, 400);
        settle();
        QCOMPARE(place().first, before.first);
        m_view->jumpToNewest();
        m_view->resize(600, 300);
        settle();
        QVERIFY(m_view->isAtBottom());
    }
    void asksForOlderNearTheTop()
    {
        fill(51, 100);
        QSignalSpy wanted(m_view.get(), &TimelineView::olderWanted);
        scrollTo(10);
        QVERIFY(wanted.count() >= 1);
    }
    void opensAtTheNewLine()
    {
        m_model->timeline().merge(messages(1, 60));
        m_model->timeline().setUnreadRange(Seq(20), Seq(60));
        m_view->setTimeline(m_model.get());
        settle();
        QVERIFY(!m_view->isAtBottom());
        QCOMPARE(place().first, Seq(21));
    }

    void keysActOnTheChosenRow()
    {
        m_model->timeline().merge({ message(1, u"theirs"_s), message(2, u"mine"_s, Anna) });
        show();
        QSignalSpy replied(m_view.get(), &TimelineView::replyRequested);
        QSignalSpy edited(m_view.get(), &TimelineView::editRequested);
        QSignalSpy removed(m_view.get(), &TimelineView::deleteRequested);
        QSignalSpy reacted(m_view.get(), &TimelineView::reactionWanted);
        choose(0);
        QTest::keyClick(m_view.get(), Qt::Key_E);
        QTest::keyClick(m_view.get(), Qt::Key_Delete);
        QCOMPARE(edited.count() + removed.count(), 0); // another's
        QTest::keyClick(m_view.get(), Qt::Key_R);
        QCOMPARE(replied.first().first().value<Seq>(), Seq(1));
        QTest::keyClick(m_view.get(), Qt::Key_Plus);
        QCOMPARE(reacted.first().first().value<Seq>(), Seq(1));
        choose(1);
        QTest::keyClick(m_view.get(), Qt::Key_E);
        QCOMPARE(edited.first().at(1).toString(), u"mine"_s);
        QTest::keyClick(m_view.get(), Qt::Key_Delete);
        QCOMPARE(removed.first().first().value<Seq>(), Seq(2));
        QTest::keyClick(m_view.get(), Qt::Key_Up);
        QCOMPARE(m_view->currentIndex().row(), 0);
        QTest::keySequence(m_view.get(), QKeySequence::Copy);
        QCOMPARE(QApplication::clipboard()->text(), u"theirs"_s);
    }
    void theMenuOpensByKeyAndDoesWhatItSays_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
        QTest::newRow("Enter") << int(Qt::Key_Return) << Qt::KeyboardModifiers();
        QTest::newRow("Enter of the keypad") << int(Qt::Key_Enter) << Qt::KeyboardModifiers(Qt::KeypadModifier);
        QTest::newRow("the key for menus") << int(Qt::Key_Menu) << Qt::KeyboardModifiers();
    }
    void theMenuOpensByKeyAndDoesWhatItSays()
    {
        QFETCH(int, key);
        QFETCH(Qt::KeyboardModifiers, modifiers);
        m_model->timeline().merge({ message(1, u"mine"_s, Anna) });
        show();
        QSignalSpy edited(m_view.get(), &TimelineView::editRequested);
        choose(0);
        QTest::keyClick(m_view.get(), static_cast<Qt::Key>(key), modifiers);
        auto *menu = m_view->findChild<MessageMenu *>();
        QVERIFY(menu);
        QTest::keyClick(menu, Qt::Key_E);
        QCOMPARE(edited.count(), 1);
        QVERIFY(!menu->isVisible());
    }
    void whatChangedWhileTheMenuWasOpenIsNotDone()
    {
        m_model->timeline().merge({ message(1, u"mine"_s, Anna) });
        show();
        QSignalSpy edited(m_view.get(), &TimelineView::editRequested);
        choose(0);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        m_model->timeline().apply({ RoomId::lobby(), Seq(2), Anna, QDateTime::currentDateTimeUtc(), MessageDeleted { Seq(1) } });
        QTest::keyClick(m_view->findChild<MessageMenu *>(), Qt::Key_E);
        QCOMPARE(edited.count(), 0);
    }
    void aPendingOneIsDroppedByKey()
    {
        const ClientId id = *ClientId::parse(u"c1");
        m_model->timeline().addPending({ id, RoomId::lobby(), u"x"_s, {}, QDateTime::currentDateTimeUtc(), {} });
        show();
        QSignalSpy dropped(m_view.get(), &TimelineView::discardRequested);
        choose(0);
        QTest::keyClick(m_view.get(), Qt::Key_Delete);
        QCOMPARE(dropped.count(), 1);
        QCOMPARE(dropped.first().first().value<ClientId>(), id);
    }
    void writingGoesToTheComposer()
    {
        m_model->timeline().merge({ message(1, u"x"_s) });
        show();
        QSignalSpy typed(m_view.get(), &TimelineView::typingBegun);
        QTest::keyClick(m_view.get(), Qt::Key_H);
        QCOMPARE(typed.first().first().toString(), u"h"_s);
    }
    void aFailedOneIsSentAgainOrDropped()
    {
        const ClientId id = *ClientId::parse(u"c1");
        m_model->timeline().addPending({ id, RoomId::lobby(), u"x"_s, {}, QDateTime::currentDateTimeUtc(), ErrorCode::Forbidden });
        show();
        QSignalSpy again(m_view.get(), &TimelineView::retryRequested);
        QSignalSpy dropped(m_view.get(), &TimelineView::discardRequested);
        choose(0);
        QTest::keyClick(m_view.get(), Qt::Key_R);
        QCOMPARE(again.count(), 1);
        QTest::keyClick(m_view.get(), Qt::Key_Delete);
        QCOMPARE(dropped.first().first().value<ClientId>(), id);
    }
    void aLinkIsToldNotOpened()
    {
        m_model->timeline().merge({ message(1, u"http://files.lan/plan"_s) });
        show();
        QSignalSpy activated(m_view.get(), &TimelineView::linkActivated);
        const QRect row = m_view->visualRect(m_view->model()->index(0, 0));
        for (int y = row.top(); y < row.bottom() && activated.isEmpty(); y += 4)
            QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, QPoint(80, y));
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated.first().first().toUrl(), QUrl(u"http://files.lan/plan"_s));
    }
    void aScreenReaderHearsEachRow()
    {
        MessageSnapshot edited = message(1, u"hello"_s);
        edited.editedAt = edited.timestamp;
        edited.reactions = { { u"👍"_s, { Anna } } };
        MessageSnapshot deleted = message(2, {});
        deleted.isDeleted = true;
        m_model->timeline().merge({ edited, deleted });
        show();
        const auto spoken = [this](int row) { return m_view->model()->index(row, 0).data(Qt::AccessibleTextRole).toString(); };
        QVERIFY2(spoken(0).contains(u"Bo"_s) && spoken(0).contains(u"hello"_s) && spoken(0).contains(u"edited"_s), qPrintable(spoken(0)));
        QVERIFY2(spoken(1).contains(u"Message deleted"_s), qPrintable(spoken(1)));
    }

    // ---- rainy ----

    void hostileTextIsDrawnInBoundedTime_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("no space at all") << QString(16'384, u'x');
        QTest::newRow("combining marks") << u"a"_s + QString(10'000, QChar(0x301));
        QTest::newRow("nothing but lines") << QString(16'384, u'\n');
        QTest::newRow("markup") << u"<img src=file:///etc/passwd><script>x</script>"_s.repeated(300);
        QTest::newRow("emoji joined") << u"👩‍👩‍👧‍👦"_s.repeated(1'000);
        QTest::newRow("overrides") << u"\u202e\u2066"_s.repeated(8'000);
    }
    void hostileTextIsDrawnInBoundedTime()
    {
        QFETCH(QString, text);
        QElapsedTimer clock;
        clock.start();
        m_model->timeline().merge({ message(1, text) });
        show();
        QVERIFY(!m_view->grab().isNull());
        QVERIFY2(clock.elapsed() < 10'000, "the window would hang"); // far above what it takes, far below a hang
    }
    /// Sixteen marks on a letter are drawn, ten thousand are not; what is copied is what was said.
    void stacksOfMarksEnd()
    {
        const QString said = u'a' + QString(10'000, QChar(0x301)) + u"b http://a.lan"_s;
        m_model->timeline().merge({ message(1, said) });
        const MessageLayout layout(m_model->index(0), 500, m_view->font(), Theme::current());
        QCOMPARE(layout.text->text(), u'a' + QString(16, QChar(0x301)) + u"b http://a.lan"_s);
        QCOMPARE(layout.text->text().sliced(layout.links.first().start, layout.links.first().length), u"http://a.lan"_s);
        show();
        choose(0);
        QTest::keySequence(m_view.get(), QKeySequence::Copy);
        QCOMPARE(QApplication::clipboard()->text(), said);
    }
    void emptyRoomsSayWhatToDo()
    {
        m_view->setTimeline(m_model.get());
        m_view->setWelcome(u"Say hello."_s, u"How"_s);
        auto *note = m_view->findChild<EmptyNote *>();
        QVERIFY(note->isVisible());
        QCOMPARE(note->text(), u"Say hello."_s);
        QSignalSpy asked(m_view.get(), &TimelineView::welcomeActionTriggered);
        note->findChild<QPushButton *>()->click();
        QCOMPARE(asked.count(), 1);
        QVERIFY(!m_view->grab().isNull());
        QCOMPARE(m_view->lastVisibleSeq(), Seq());
        QCOMPARE(m_view->countBelow(), 0);
        QTest::keyClick(m_view.get(), Qt::Key_R); // nothing chosen
        m_model->timeline().merge({ message(1, u"x"_s) });
        QVERIFY(!note->isVisible());
        m_model->timeline().clearSent();
        QVERIFY(note->isVisible());
        m_view->setTimeline(nullptr);
        QVERIFY(!note->isVisible());
    }

private:
    void show()
    {
        m_view->setTimeline(m_model.get());
        m_view->setFocus();
        settle();
    }
    void fill(qint64 first, qint64 last)
    {
        m_model->timeline().merge(messages(first, last));
        show();
    }
    static void settle()
    {
        // Layouts are delayed by a timer of 0 ms.
        for (int i = 0; i < 5; ++i)
            QCoreApplication::processEvents();
    }
    void scrollTo(int value)
    {
        m_view->verticalScrollBar()->setValue(value);
        settle();
    }
    void choose(int row) { m_view->setCurrentIndex(m_view->model()->index(row, 0)); }
    /// The message at the top, and where its lower edge is (its upper one moves when a heading comes or goes).
    QPair<Seq, int> place() const
    {
        const QModelIndex first = m_view->indexAt(QPoint(100, 0));
        return { first.data(TimelineModel::SeqRole).value<Seq>(), m_view->visualRect(first).bottom() };
    }

    std::unique_ptr<TimelineModel> m_model;
    std::unique_ptr<TimelineView> m_view;
};

HEARTH_GUI_TEST_MAIN(tst_TimelineView)
#include "tst_timelineview.moc"
