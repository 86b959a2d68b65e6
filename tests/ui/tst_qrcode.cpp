#include "tests/support/testmain.h"
#include "tests/ui/codereader.h"
#include "ui/invitesheet.h"
#include "ui/qrcode.h"
#include "ui/qrview.h"
#include "ui/theme.h"

#include <QApplication>
#include <QPainter>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::readCode;

namespace {

const QString Link = u"hearth://192.168.1.20/ops?fp=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0&invite=mZ0pYw7Qk1uXrB5cT2aE9g"_s;

} // namespace

/// Codes are judged by a reader that others have written.
class tst_QrCode : public test::Test
{
    Q_OBJECT

private slots:
    void isReadAgain_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("a link") << Link;
        QTest::newRow("one letter") << u"a"_s;
        QTest::newRow("digits alone") << u"0123456789"_s;
        QTest::newRow("not ASCII") << u"hearth://k\u00FCche.local/?invite=x"_s;
        QTest::newRow("the longest") << QString(2'331, u'x');
    }
    void isReadAgain()
    {
        QFETCH(QString, text);
        const QrCode code = QrCode::of(text);
        QVERIFY(!code.isNull());
        QCOMPARE(readCode(code.picture(4)), text);
    }

    /// ISO/IEC 18004: a finder pattern in three corners, sides of 21 modules and four more for each version.
    void looksLikeOne()
    {
        const QrCode code = QrCode::of(Link);
        QCOMPARE((code.side() - 21) % 4, 0);
        const int last = code.side() - 1;
        for (int i = 0; i < 7; ++i) {
            QVERIFY(code.isDark(i, 0) && code.isDark(0, i));
            QVERIFY(code.isDark(last - i, 0) && code.isDark(last, i));
            QVERIFY(code.isDark(0, last - i) && code.isDark(i, last));
        }
        QVERIFY(!code.isDark(1, 1) && code.isDark(2, 2));
    }

    void hasRoomAroundIt()
    {
        const QrCode code = QrCode::of(Link);
        const QImage picture = code.picture(3);
        QCOMPARE(picture.width(), 3 * (code.side() + 8));
        QCOMPARE(picture.size().height(), picture.width());
        for (int i = 0; i < picture.width(); ++i) {
            for (int depth = 0; depth < 12; ++depth) {
                QCOMPARE(picture.pixelColor(i, depth), Theme::codePaper());
                QCOMPARE(picture.pixelColor(depth, i), Theme::codePaper());
                QCOMPARE(picture.pixelColor(i, picture.height() - 1 - depth), Theme::codePaper());
                QCOMPARE(picture.pixelColor(picture.width() - 1 - depth, i), Theme::codePaper());
            }
        }
        QCOMPARE(picture.pixelColor(12, 12), Theme::codeInk());
    }

    /// A sixth of it can be covered: that is what level M is for.
    void isReadAlthoughAPartIsHidden()
    {
        QImage picture = QrCode::of(Link).picture(4).convertToFormat(QImage::Format_RGB32);
        QPainter painter(&picture);
        const int side = picture.width() / 5;
        painter.fillRect((picture.width() - side) / 2, (picture.width() - side) / 2, side, side, Theme::codePaper());
        painter.end();
        QCOMPARE(readCode(picture), Link);
    }

    void isCrispInTheWindow_data()
    {
        QTest::addColumn<qreal>("ratio");
        QTest::addColumn<bool>("isDark");
        QTest::newRow("100 %") << 1.0 << false;
        QTest::newRow("100 %, dark") << 1.0 << true;
        QTest::newRow("125 %") << 1.25 << false;
        QTest::newRow("150 %") << 1.5 << false;
        QTest::newRow("175 %") << 1.75 << false;
        QTest::newRow("200 %") << 2.0 << false;
        QTest::newRow("200 %, dark") << 2.0 << true;
    }
    void isCrispInTheWindow()
    {
        QFETCH(qreal, ratio);
        QFETCH(bool, isDark);
        QPalette palette;
        palette.setColor(QPalette::Window, isDark ? QColor(0x2b, 0x2b, 0x2b) : QColor(0xee, 0xee, 0xee));
        palette.setColor(QPalette::WindowText, isDark ? QColor(0xee, 0xee, 0xee) : QColor(0x2b, 0x2b, 0x2b));
        QApplication::setPalette(palette);
        QrView view;
        QVERIFY(view.setText(Link));
        view.resize(view.sizeHint());
        QVERIFY(view.width() >= QrView::SmallestSide);
        QImage shown((QSizeF(view.size()) * ratio).toSize(), QImage::Format_RGB32);
        shown.setDevicePixelRatio(ratio);
        view.render(&shown);
        shown.setDevicePixelRatio(1);
        QCOMPARE(readCode(shown), Link);

        // Every module is a square of one colour, and all are equally large.
        const int modules = view.code().fullSide();
        const int pixels = shown.width() / modules;
        QVERIFY(pixels * modules >= QrView::SmallestSide * ratio - modules);
        const int left = (shown.width() - pixels * modules) / 2;
        int different = 0;
        for (int y = 0; y < pixels * modules; ++y) {
            for (int x = 0; x < pixels * modules; ++x) {
                const int column = x / pixels - QrCode::QuietZone;
                const int row = y / pixels - QrCode::QuietZone;
                const bool isInside = column >= 0 && row >= 0 && column < view.code().side() && row < view.code().side();
                const QColor wanted = isInside && view.code().isDark(column, row) ? Theme::codeInk() : Theme::codePaper();
                const bool isCorner = !isInside && (x < 8 || x >= pixels * modules - 8) && (y < 8 || y >= pixels * modules - 8);
                different += !isCorner && shown.pixelColor(left + x, left + y) != wanted;
            }
        }
        QCOMPARE(different, 0);
    }

    void saysItsTextToAScreenReader()
    {
        QrView view;
        QVERIFY(view.setText(Link));
        QCOMPARE(view.accessibleDescription(), Link);
        QVERIFY(!view.accessibleName().isEmpty());
    }

    void aPageCarriesIt_data()
    {
        QTest::addColumn<QSize>("page");
        QTest::newRow("A4, upright") << QSize(1'654, 2'339);
        QTest::newRow("A4, lying") << QSize(2'339, 1'654);
        QTest::newRow("a card") << QSize(827, 1'165);
    }
    void aPageCarriesIt()
    {
        QFETCH(QSize, page);
        QImage paper(page, QImage::Format_RGB32);
        paper.setDotsPerMeterX(7'874); // 200 dots an inch
        paper.setDotsPerMeterY(7'874);
        paper.fill(Theme::codePaper());
        QPainter painter(&paper);
        paintInviteSheet(painter, QRectF(QPointF(), page), { u"<b>Anna's</b> chat"_s, u"Operations"_s, Link, u"Holds for good."_s });
        painter.end();
        QCOMPARE(readCode(paper), Link);
    }

    // ---- rainy ----

    void whatHasNoRoomIsNone_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("nothing") << QString();
        QTest::newRow("a byte too many") << QString(2'332, u'x');
        QTest::newRow("too many bytes, not characters") << QString(1'200, QChar(0xfc));
    }
    void whatHasNoRoomIsNone()
    {
        QFETCH(QString, text);
        const QrCode code = QrCode::of(text);
        QVERIFY(code.isNull());
        QCOMPARE(code.fullSide(), 0);
        QVERIFY(code.picture(4).isNull());
        QrView view;
        QVERIFY(!view.setText(text));
        view.resize(view.sizeHint());
        QVERIFY(!view.grab().isNull()); // nothing is drawn, and nothing breaks
    }
};

HEARTH_GUI_TEST_MAIN(tst_QrCode)
#include "tst_qrcode.moc"
