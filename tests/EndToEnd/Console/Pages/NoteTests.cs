using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console.Pages;

/// <summary>People note on a customer what they have to know of it.</summary>
public sealed class NoteTests(BooksFixture books)
{
    [Fact]
    public async Task Note_StandsOnTheCustomersPage_IsFoundByItsWords_AndGoesWithThePersonsData()
    {
        var biller = await Biller.OpenAsync(books);
        var customer = await biller.CustomerAsync();
        var ruth = await TestDesk.OpenAsync(books, OperatorRole.Admin, biller.Merchant, "Ruth");
        var id = (Guid)(await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", biller.Merchant.Value))!;
        var page = $"/console/customers/{id:D}";
        var word = Biller.NewWord();

        foreach (var nth in Enumerable.Range(1, 4))
        {
            var form = await SeenForm.OpenAsync(ruth, $"{page}/note");
            Assert.NotNull((await form.SendAsync(("text", $"Note {nth} of <b>{word}</b>\nMüller & Söhne"))).To);
        }

        var html = await ruth.PageAsync(page);
        Assert.Contains($"Note 4 of &lt;b&gt;{word}&lt;/b&gt;", html, StringComparison.Ordinal);
        Assert.Contains("Ruth", html, StringComparison.Ordinal);
        Assert.True(html.IndexOf("Note 4", StringComparison.Ordinal) < html.IndexOf("Note 2", StringComparison.Ordinal));
        Assert.True(html.IndexOf("1 older", StringComparison.Ordinal) < html.IndexOf("Note 1", StringComparison.Ordinal));
        Assert.Contains(page, await ruth.PageAsync($"/console/search?q={word}"), StringComparison.Ordinal);
        // Notes are for people: a program reads none, and finds nothing by their words.
        var found = await biller.GetAsync($"/api/v1/search?q={word}");
        Assert.Equal((HttpStatusCode.OK, false), (found.Status, found.Text.Contains($"{id:D}", StringComparison.Ordinal)));
        var log = await ruth.PageAsync("/console/audit");
        Assert.Contains("Wrote a note on a customer", log, StringComparison.Ordinal);
        Assert.DoesNotContain(word, log, StringComparison.Ordinal);

        var number = (long)(await books.ScalarAsync("SELECT number FROM account WHERE merchant_id = $1", biller.Merchant.Value))!;
        var erased = await biller.PostAsync(
            "/api/v1/accounts/erase",
            new JsonObject { ["account"] = customer, ["number"] = number, ["reason"] = "asked for it" }, Biller.NewText());
        Assert.True(erased.Status == HttpStatusCode.OK, erased.Text);
        Assert.DoesNotContain(page, await ruth.PageAsync($"/console/search?q={word}"), StringComparison.Ordinal);
        Assert.DoesNotContain(word, await ruth.PageAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Note_ThatIsEmptyOrTooLong_IsRefused_AndARepeatedRequestKeepsOne()
    {
        var biller = await Biller.OpenAsync(books);
        var customer = await biller.CustomerAsync();
        var ruth = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant, "Ruth");
        var id = (Guid)(await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", biller.Merchant.Value))!;
        foreach (var text in new[] { " ", new string('a', 2001) })
        {
            Assert.Null((await (await SeenForm.OpenAsync(ruth, $"/console/customers/{id:D}/note")).SendAsync(("text", text))).To);
            Assert.Equal(HttpStatusCode.BadRequest, (await AddAsync(text, Biller.NewText())).Status);
        }

        var key = Biller.NewText();
        Assert.Equal(HttpStatusCode.OK, (await AddAsync(new string('a', 2000), key)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AddAsync(new string('a', 2000), key)).Status);
        Assert.Equal(
            1L, await books.ScalarAsync("SELECT count(*) FROM account_note WHERE merchant_id = $1", biller.Merchant.Value));

        Task<TrainTravel.TravelAnswer> AddAsync(string text, string key) => biller.PostAsync(
            "/api/v1/accounts/notes", new JsonObject { ["account"] = customer, ["text"] = text, ["reason"] = "a call" }, key);
    }
}
