#include "server/store/eventrow.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDataStream>
#include <QIODevice>
#include <QtEndian>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

Q_DECLARE_METATYPE(EventRow)

class tst_EventRow : public test::Test
{
    Q_OBJECT

private slots:
    void checksums_data()
    {
        QTest::addColumn<EventRow>("row");
        QTest::newRow("nothing optional") << EventRow { .roomId = 1, .seq = 2, .userId = 3, .at = 1'764'000'000'000 };
        QTest::newRow("a message") << EventRow { .roomId = 1, .seq = 2, .userId = 3, .at = 4, .text = u"Der Ofen ist heiß 🔥"_s,
                                                 .clientId = u"c1"_s, .replyTo = 1 };
        QTest::newRow("an empty topic") << EventRow { .roomId = 1, .seq = 2, .kind = EventKind::Topic, .userId = 3, .text = u""_s };
        QTest::newRow("a null text") << EventRow { .roomId = 1, .seq = 2, .userId = 3, .text = QString() };
        QTest::newRow("a reaction") << EventRow { .roomId = 1, .seq = 2, .kind = EventKind::Reaction, .userId = 3, .target = 1, .text = u"👍"_s,
                                                  .flag = 1 };
        QTest::newRow("a membership") << EventRow { .roomId = -1, .seq = 2, .kind = EventKind::Member, .userId = 3, .flag = 0, .otherUserId = 9 };
        QTest::newRow("longer than what needs no heap") << EventRow { .roomId = 1, .seq = 2, .userId = 3, .text = QString(4'000, u'ß') };
    }
    /// Databases are full of them: they are what QDataStream wrote when the first of them was made.
    void checksums()
    {
        QFETCH(EventRow, row);
        QByteArray bytes;
        QDataStream out(&bytes, QIODevice::WriteOnly);
        out.setVersion(QDataStream::Qt_6_0);
        const auto number = [&out](const std::optional<qint64> &value) { out << value.has_value() << value.value_or(0); };
        const auto text = [&out](const std::optional<QString> &value) { out << value.has_value() << value.value_or(QString()).toUtf8(); };
        out << row.roomId << row.seq << static_cast<qint64>(row.kind) << row.userId << row.at;
        number(row.target);
        text(row.text);
        text(row.clientId);
        number(row.replyTo);
        number(row.flag);
        number(row.otherUserId);
        const QByteArray hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha1);
        QCOMPARE(row.checksum(), qFromBigEndian<qint64>(hash.constData()));
    }
};

HEARTH_TEST_MAIN(tst_EventRow)
#include "tst_eventrow.moc"
