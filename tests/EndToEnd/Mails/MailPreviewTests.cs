using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Mails;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.Mails;

/// <summary>The console shows how each mail looks, before a customer gets it.</summary>
public sealed class MailPreviewTests(BooksFixture books, Browser browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachKind_IsShownInEachLanguage_AndNothingIsSent()
    {
        using var desk = await TestDesk.OpenAsync(books);
        HashSet<string> subjects = [];
        foreach (var (tag, _) in CustomerLanguage.All)
        {
            foreach (var kind in OperatorMail.KindsOfCustomers.Select(EnumWords.Of))
            {
                var page = await desk.PageAsync($"/console/mails/preview?kind={kind}&language={tag}");
                Assert.Contains($"lang=\"{tag}\"", page, StringComparison.Ordinal);
                var letter = page[page.IndexOf("<article", StringComparison.Ordinal)..];
                var named = kind switch { "card_expires" => "4242", "account_link" => "15 ", "mandate_given" => "M-1001", _ => "49" };
                Assert.Contains(named, letter, StringComparison.Ordinal);
                Assert.DoesNotContain("{", letter[..letter.IndexOf("</article>", StringComparison.Ordinal)], StringComparison.Ordinal);
                subjects.Add(letter.Split("<h2")[1].Split("</h2>")[0]);
            }
        }

        Assert.Equal(CustomerLanguage.All.Count * OperatorMail.KindsOfCustomers.Count, subjects.Count);
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM mail WHERE merchant_id = $1", desk.Merchant.Value));
    }

    [Fact]
    public async Task SentenceOfOnesOwn_IsSaid_SeenInTheExample_AndRefusedWhereItNamesNothing()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var form = await SeenForm.OpenAsync(desk, "/console/mails/sentence?kind=reminder&language=en");
        var (_, page) = await SaidAsync("Please call {phone}.");
        Assert.Contains("{phone} stands for nothing. There are {name}, {amount}, {merchant}.", page, StringComparison.Ordinal);
        (_, page) = await form.SendAsync(
            ("kind", "card_expires"), ("language", "en"), ("text", "{amount} is open."), ("Reason", "ours"));
        Assert.Contains("{amount} stands for nothing. There are {name}, {merchant}.", page, StringComparison.Ordinal);
        (_, page) = await SaidAsync("Pay to DE89 3704 0044 0532 0130 00");
        Assert.Contains("Leave the number of a card or an account out", page, StringComparison.Ordinal);
        (_, page) = await SaidAsync("Pay to DE89-3704-0044-0532-0130-00");
        Assert.Contains("Leave the number of a card or an account out", page, StringComparison.Ordinal);
        (_, page) = await SaidAsync("DE89-3704-0044-0532-0130-00 or 4111 1111 1111 1111");
        Assert.Contains("Leave the number of a card or an account out", page, StringComparison.Ordinal);
        Assert.NotNull((await SaidAsync("Merci {name}\u00a0!  A bient\u00f4t.")).To);
        var (to, _) = await SaidAsync("{name}, your place stays free until {amount} is paid. <script>alert(1)</script>");
        Assert.Equal("/console/mails/preview?kind=reminder&language=en&done=mail-sentence", to?.OriginalString);

        var example = await desk.PageAsync("/console/mails/preview?kind=reminder&language=en");
        Assert.Contains("Anna Bell, your place stays free until", example, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", example, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "your place", await desk.PageAsync("/console/mails/preview?kind=reminder&language=de"), StringComparison.Ordinal);
        Assert.Contains(
            "{name}, your place", await desk.PageAsync("/console/mails/sentence?kind=reminder&language=en"), StringComparison.Ordinal);

        await desk.LookEverywhereAsync(browser, "/console/mails/preview?kind=reminder&language=en", "console-mail-preview");
        await books.AssertBooksAreCleanAsync(desk.Merchant);

        Task<(Uri? To, string Page)> SaidAsync(string text) =>
            form.SendAsync(("kind", "reminder"), ("language", "en"), ("text", text), ("Reason", "ours"));
    }
}
