#include "tests/support/testmain.h"
#include "ui/links.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Links : public test::Test
{
    Q_OBJECT

private slots:
    void finds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("links");
        const auto row = [](const char *name, const QString &text, const QStringList &links) { QTest::newRow(name) << text << links; };
        row("http", u"see http://files.lan/plan now"_s, { u"http://files.lan/plan"_s });
        row("https", u"https://a.example"_s, { u"https://a.example"_s });
        row("capitals", u"HTTPS://A.example/x"_s, { u"HTTPS://A.example/x"_s });
        row("two", u"http://a.lan and http://b.lan"_s, { u"http://a.lan"_s, u"http://b.lan"_s });
        row("end of a sentence", u"Look at http://a.lan/x."_s, { u"http://a.lan/x"_s });
        row("a question", u"http://a.lan/x?"_s, { u"http://a.lan/x"_s });
        row("a query", u"http://a.lan/x?y=1&z=2#f"_s, { u"http://a.lan/x?y=1&z=2#f"_s });
        row("in brackets", u"(http://a.lan/x)"_s, { u"http://a.lan/x"_s });
        row("brackets of its own", u"http://a.lan/x_(y)"_s, { u"http://a.lan/x_(y)"_s });
        row("in angles", u"<http://a.lan>"_s, { u"http://a.lan"_s });
        row("port", u"http://a.lan:8080/x"_s, { u"http://a.lan:8080/x"_s });
        row("IPv6", u"http://[::1]:8080/x"_s, { u"http://[::1]:8080/x"_s });
        row("across lines", u"http://a.lan\nhttp://b.lan"_s, { u"http://a.lan"_s, u"http://b.lan"_s });
        row("an override ends it", u"http://a.lan/\u202egpj.exe"_s, { u"http://a.lan/"_s });
        row("a zero width space ends it", u"http://a.lan\u200b.evil"_s, { u"http://a.lan"_s });
        // none of these
        row("javascript", u"javascript:alert(1)"_s, {});
        row("file", u"file:///etc/passwd"_s, {});
        row("data", u"data:text/html,x"_s, {});
        row("ftp", u"ftp://a.lan"_s, {});
        row("a name alone", u"a.example"_s, {});
        row("no host", u"http://"_s, {});
        row("within a word", u"xhttp://a.lan"_s, {});
        row("too long", u"http://a.lan/"_s + QString(3'000, u'x'), {});
    }
    void finds()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, links);
        QStringList found;
        for (const TextLink &link : findLinks(text)) {
            found.append(text.sliced(link.start, link.length));
            QVERIFY(link.url.scheme() == u"http"_s || link.url.scheme() == u"https"_s);
        }
        QCOMPARE(found, links);
    }
    void aHundredAreEnough() { QCOMPARE(findLinks(u"http://a.lan "_s.repeated(1'000)).size(), 100); }

    void tellsTheRealHost_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("host");
        QTest::newRow("plain") << u"http://a.lan/x"_s << u"a.lan"_s;
        QTest::newRow("port") << u"http://a.lan:81/x"_s << u"a.lan:81"_s;
        QTest::newRow("another's name before the at") << u"http://bank.example@evil.lan/"_s << u"evil.lan"_s;
        QTest::newRow("with a password") << u"http://bank.example:443@evil.lan/"_s << u"evil.lan"_s;
        QTest::newRow("another script") << u"http://\u0430pple.com/"_s << u"xn--pple-43d.com"_s;
    }
    void tellsTheRealHost()
    {
        QFETCH(QString, url);
        QFETCH(QString, host);
        QCOMPARE(realHost(QUrl(url)), host);
    }
};

HEARTH_TEST_MAIN(tst_Links)
#include "tst_links.moc"
