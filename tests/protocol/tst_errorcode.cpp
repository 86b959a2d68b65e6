#include "protocol/codec.h"
#include "protocol/errorcode.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_ErrorCode : public test::Test
{
    Q_OBJECT

private slots:
    /// The table of protocol.md §4, word for word where it gives words.
    void isTheTable_data()
    {
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("message");
        const auto row = [](ErrorCode code, const char *name, const QString &message) {
            QTest::newRow(name) << code << QString::fromLatin1(name) << message;
        };
        row(ErrorCode::InvalidJson, "invalid_json", u"Invalid JSON format"_s);
        row(ErrorCode::InvalidMessage, "invalid_message", u"Invalid message format"_s);
        row(ErrorCode::UnknownType, "unknown_type", u"Unknown message type"_s);
        row(ErrorCode::Unsupported, "unsupported", {});
        row(ErrorCode::Unauthorized, "unauthorized", u"Authentication required"_s);
        row(ErrorCode::NameTaken, "name_taken", {});
        row(ErrorCode::InvalidName, "invalid_name", {});
        row(ErrorCode::IdentityMismatch, "identity_mismatch", {});
        row(ErrorCode::NotFound, "not_found", u"No such room"_s);
        row(ErrorCode::Forbidden, "forbidden", {});
        row(ErrorCode::Conflict, "conflict", {});
        row(ErrorCode::TooLarge, "too_large", {});
        row(ErrorCode::RateLimited, "rate_limited", u"Rate limit exceeded"_s);
        row(ErrorCode::StorageFull, "storage_full", {});
        row(ErrorCode::SlowConsumer, "slow_consumer", {});
        row(ErrorCode::ShuttingDown, "shutting_down", u"Server is shutting down"_s);
        row(ErrorCode::Internal, "internal", u"Internal server error"_s);
    }
    void isTheTable()
    {
        QFETCH(ErrorCode, code);
        QFETCH(QString, name);
        QFETCH(QString, message);
        QCOMPARE(QString(wireName(code)), name);
        QVERIFY(errorCodeFromWire(name) == code);
        QVERIFY(!defaultMessage(code).isEmpty());
        if (!message.isEmpty())
            QCOMPARE(QString(defaultMessage(code)), message);
    }
    void otherWordsAreNone()
    {
        QVERIFY(!errorCodeFromWire(u"nonsense"));
        QVERIFY(!errorCodeFromWire(u""));
        QVERIFY(!errorCodeFromWire(u"NOT_FOUND"));
    }
    /// Every way in which decoding can fail has its one answer.
    void everyReasonHasItsCode_data()
    {
        using codec::DecodeReason;
        QTest::addColumn<DecodeReason>("reason");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("not JSON") << DecodeReason::NotJson << ErrorCode::InvalidJson;
        QTest::newRow("not UTF-8") << DecodeReason::NotUtf8 << ErrorCode::InvalidJson;
        QTest::newRow("too deep") << DecodeReason::TooDeep << ErrorCode::InvalidJson;
        QTest::newRow("duplicate") << DecodeReason::DuplicateMember << ErrorCode::InvalidJson;
        QTest::newRow("lone surrogate") << DecodeReason::LoneSurrogate << ErrorCode::InvalidJson;
        QTest::newRow("NUL") << DecodeReason::NulCharacter << ErrorCode::InvalidMessage;
        QTest::newRow("not an object") << DecodeReason::NotAnObject << ErrorCode::InvalidMessage;
        QTest::newRow("number") << DecodeReason::NumberOutOfRange << ErrorCode::InvalidMessage;
        QTest::newRow("missing") << DecodeReason::MissingMember << ErrorCode::InvalidMessage;
        QTest::newRow("mistyped") << DecodeReason::WrongType << ErrorCode::InvalidMessage;
        QTest::newRow("out of range") << DecodeReason::OutOfRange << ErrorCode::InvalidMessage;
        QTest::newRow("name") << DecodeReason::BadName << ErrorCode::InvalidName;
        QTest::newRow("room") << DecodeReason::NoSuchRoom << ErrorCode::NotFound;
        QTest::newRow("too long") << DecodeReason::TooLong << ErrorCode::TooLarge;
        QTest::newRow("type") << DecodeReason::UnknownType << ErrorCode::UnknownType;
    }
    void everyReasonHasItsCode()
    {
        QFETCH(codec::DecodeReason, reason);
        QFETCH(ErrorCode, code);
        QVERIFY(codec::codeOf(reason) == code);
    }
};

HEARTH_TEST_MAIN(tst_ErrorCode)
#include "tst_errorcode.moc"
