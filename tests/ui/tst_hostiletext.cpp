#include "client/timelinemodel.h"
#include "tests/support/testmain.h"
#include "tests/ui/stage.h"
#include "ui/banner.h"
#include "ui/composer.h"
#include "ui/timelineview.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QDesktopServices>
#include <QDialog>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTextDocument>

#include <ctime>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Stage;

namespace {

const RoomId Lobby = RoomId::lobby();
const QString Markup = u"<b>Q&A</b><img src=\"file:///etc/passwd\"><a href=\"http://evil.lan\">x</a>"_s;

/// The first bytes of a PNG of 60,000 by 60,000 pixels, 14 GB of them.
const QString HugePicture = u"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA6mAAAOpgCAYAAACA0nVCAAAADElEQVR4nGNgoAwAAABAAAG3NHzv"_s;

/// Hears of every address that would be opened.
class Browser : public QObject
{
    Q_OBJECT

public:
    Browser() { QDesktopServices::setUrlHandler(u"http"_s, this, "take"); }
    ~Browser() override { QDesktopServices::unsetUrlHandler(u"http"_s); }
    QList<QUrl> opened;

public slots:
    void take(const QUrl &url) { opened.append(url); }
};

/// As people would read it; empty where it would be interpreted.
QString readable(const QString &toolTip)
{
    if (!Qt::mightBeRichText(toolTip))
        return toolTip;
    QTextDocument shown;
    shown.setHtml(toolTip);
    return shown.toPlainText();
}

} // namespace

/// What others write, wherever the window shows it: faults.md, "On the screen".
class tst_HostileText : public test::Test
{
    Q_OBJECT

private slots:
    void markupIsShownAsText()
    {
        Stage stage;
        const QString user = u"<b>&Bo</b><i>"_s;
        stage.server.server[u"name"_s] = Markup;
        stage.server.users.append(QJsonObject { { u"user"_s, user }, { u"state"_s, u"online"_s } });
        QJsonObject lobby = Stage::room(u"lobby"_s, u"<i>Lob&by</i>"_s);
        lobby[u"topic"_s] = Markup;
        QJsonObject direct { { u"room"_s, u"dm:0123456789abcdef0123456789abcdef"_s }, { u"kind"_s, u"direct"_s }, { u"peer"_s, user } };
        stage.server.rooms = { lobby, direct };
        const QJsonObject reaction { { u"emoji"_s, u"<b>"_s }, { u"users"_s, QJsonArray { user } } };
        stage.server.addMessage(u"lobby"_s, user, Markup, u"2026-11-23T14:05:00.000Z"_s, { { u"reactions"_s, QJsonArray { reaction } } });
        QVERIFY(stage.comeOnline());
        QTRY_COMPARE(stage.session->timeline(Lobby)->rowCount(), 1);
        stage.server.send({ { u"type"_s, u"typing"_s }, { u"room"_s, u"lobby"_s }, { u"user"_s, user }, { u"is_typing"_s, true },
                            { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
        stage.server.send({ { u"type"_s, u"notification"_s }, { u"kind"_s, u"system"_s }, { u"user"_s, user }, { u"content"_s, Markup },
                            { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
        QTRY_VERIFY(stage.find<Banner>()->text().contains(Markup));
        QTRY_VERIFY(stage.find<QLabel>(u"typingLine"_s)->text().contains(user));
        emit stage.find<TimelineView>()->replyRequested(Seq(1), user, Markup);
        emit stage.find<TimelineView>()->linkActivated(QUrl(u"http://files.lan/<b>x"_s));
        stage.window.chatPage()->switchRoom();

        int seen = 0;
        for (const QLabel *label : stage.window.findChildren<QLabel *>()) {
            QVERIFY2(label->textFormat() == Qt::PlainText, qPrintable(label->text()));
            QVERIFY(!label->openExternalLinks());
            seen += label->text().contains(u"<b>"_s) ? 1 : 0;
        }
        QVERIFY2(seen >= 3, "typing line, banner, reply"); // else this test looks in the wrong places
        QVERIFY(stage.find<QWidget>(u"roomTopic"_s)->toolTip() != Markup);
        QCOMPARE(readable(stage.find<QWidget>(u"roomTopic"_s)->toolTip()), Markup);
        for (const QAbstractItemView *view : stage.window.findChildren<QAbstractItemView *>()) {
            for (int row = 0; view->model() != nullptr && row < view->model()->rowCount(); ++row) {
                const QModelIndex index = view->model()->index(row, 0);
                const QString toolTip = index.data(Qt::ToolTipRole).toString();
                QVERIFY(!toolTip.contains(u"<b>"_s) && !toolTip.contains(u"<i>"_s));
            }
        }
        QVERIFY(!stage.window.grab().isNull());
    }

    void aLinkIsAskedAboutByItsRealHost()
    {
        Browser browser;
        Stage stage;
        QVERIFY(stage.comeOnline());
        const QUrl url(u"http://bank.example@evil.lan/pay"_s);
        emit stage.find<TimelineView>()->linkActivated(url);
        auto *question = stage.find<QDialog>(u"question"_s);
        QVERIFY(question);
        QVERIFY2(question->accessibleName().contains(u"Open evil.lan"_s), qPrintable(question->accessibleName()));
        question->reject();
        QVERIFY(browser.opened.isEmpty());
        QTRY_VERIFY(stage.find<QDialog>(u"question"_s) == nullptr);
        emit stage.find<TimelineView>()->linkActivated(url);
        stage.find<QDialog>(u"question"_s)->findChild<QCheckBox *>()->setChecked(true);
        stage.find<QDialog>(u"question"_s)->accept();
        QCOMPARE(browser.opened, QList { url });
        QTRY_VERIFY(stage.find<QDialog>(u"question"_s) == nullptr);
        // That host again: no question. Another one: a question.
        emit stage.find<TimelineView>()->linkActivated(QUrl(u"http://evil.lan/other"_s));
        QCOMPARE(browser.opened.size(), 2);
        emit stage.find<TimelineView>()->linkActivated(QUrl(u"http://evil.lan.example/"_s));
        QCOMPARE(browser.opened.size(), 2);
        QVERIFY(stage.find<QDialog>(u"question"_s));
    }

    void theWindowStaysResponsive_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("no space at all") << QString(16'384, u'x');
        QTest::newRow("combining marks") << u'a' + QString(10'000, QChar(0x301));
        QTest::newRow("nothing but lines") << QString(16'384, u'\n');
        QTest::newRow("links") << u"http://a.lan/x "_s.repeated(1'000);
        QTest::newRow("a picture of 60,000 by 60,000") << u"![](%1) <img src=\"%1\"> %1"_s.arg(HugePicture);
        QTest::newRow("mentions") << u"@anna "_s.repeated(2'700);
    }
    /// Said, replied to, announced, edited.
    void theWindowStaysResponsive()
    {
        QFETCH(QString, text);
        Stage stage;
        stage.server.addMessage(u"lobby"_s, u"Bo"_s, text, u"2026-11-23T14:05:00.000Z"_s);
        stage.server.addMessage(u"lobby"_s, u"anna"_s, text, u"2026-11-23T14:06:00.000Z"_s, { { u"reply_to"_s, 1 } });
        const std::clock_t begun = std::clock();
        QVERIFY(stage.comeOnline());
        QTRY_COMPARE(stage.session->timeline(Lobby)->rowCount(), 2);
        stage.server.send({ { u"type"_s, u"notification"_s }, { u"kind"_s, u"system"_s }, { u"user"_s, u"Bo"_s }, { u"content"_s, text },
                            { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
        auto *timeline = stage.find<TimelineView>();
        timeline->setCurrentIndex(timeline->model()->index(1, 0));
        QTest::keyClick(timeline, Qt::Key_R);
        QVERIFY(!stage.window.grab().isNull());
        QTest::keyClick(timeline, Qt::Key_E);
        QCOMPARE(stage.find<Composer>()->text(), text);
        QVERIFY(!stage.window.grab().isNull());
        stage.window.resize(480, 600);
        QCoreApplication::processEvents();
        QVERIFY(!stage.window.grab().isNull());
        // Of this process alone, whatever else the computer does: far above what it takes, far below a hang.
        const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
        QVERIFY2(seconds < 10.0, qPrintable(QString::number(seconds)));
    }
};

HEARTH_GUI_TEST_MAIN(tst_HostileText)
#include "tst_hostiletext.moc"
