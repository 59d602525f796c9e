using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Console;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Restoring;

/// <summary>After a restore, operators say in the console what the bank had, as on the command line.</summary>
[Long("restored books")]
public sealed class PerhapsSentPageTests(BooksFixture books, Browser browser)
{
    private const string Collections = "/console/settlements/collections";
    private const string Page = $"{Collections}/perhaps-sent";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Operator_SaysOfEach_WhetherTheBankHadIt()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var first = await studio.DebitAsync(30_00);
        var released = await studio.BuildAsync();
        await studio.DoAsync("collect", "release", $"{released}");
        var (sent, unsent) = (await studio.DebitAsync(10_00), await studio.DebitAsync(20_00));
        await studio.RefundAsync(5_00);
        await studio.BackUpAsync();
        await studio.RestoreAsync();
        using var desk = await TestDesk.OpenAsync(
            studio.Books.Database, await studio.ServeAsync(), OperatorRole.Operator, studio.Merchant);

        Assert.Matches(
            "Perhaps sent to the bank before the restore</a>\\s*<span>5</span>", await desk.PageAsync("/console"));
        Assert.Contains(
            "3 debits of 60.00 EUR, 1 refund of 5.00 EUR, 1 collection", await desk.PageAsync(Collections), StringComparison.Ordinal);
        var ofReleased = await desk.PageAsync($"{Collections}/{released}");
        Assert.Contains("may have gone to the bank", ofReleased, StringComparison.Ordinal);
        Assert.DoesNotContain("Hand out the file", ofReleased, StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, Collections, "collections-perhaps-sent");
        await desk.LookEverywhereAsync(browser, Page, "perhaps-sent");

        var ofSent = $"payment {await studio.NumberOfAsync(sent)}";
        Assert.Contains("Choose what you say it of", await RefusedAsync(desk, "sent", chosen: null), StringComparison.Ordinal);
        Assert.Contains(
            $"Collection {released} has it", await RefusedAsync(desk, "sent", $"payment {await studio.NumberOfAsync(first)}"),
            StringComparison.Ordinal);
        await SayAsync(desk, "sent", ofSent);
        Assert.Contains("is settled meanwhile", await RefusedAsync(desk, "sent", ofSent), StringComparison.Ordinal);
        await SayAsync(desk, "unsent", $"collection {released}");
        await studio.HandOutAsync(released);
        await SayAsync(desk, "none", chosen: null);

        Assert.Equal((1, 1), ((await studio.PreviewAsync()).Taken, (await studio.PreviewAsync("--refunds")).Taken));
        await studio.ImportAsync(new Camt().With(10, "fee", Debit.NameOf(sent.Id)));
        Assert.Equal(
            (AttemptStatus.Approved, AttemptStatus.Pending), (await studio.StatusOfAsync(sent), await studio.StatusOfAsync(unsent)));
        Assert.DoesNotContain("may have gone", await desk.PageAsync(Collections), StringComparison.Ordinal);
        Assert.Contains("Nothing may have gone", await desk.PageAsync(Page), StringComparison.Ordinal);
        Assert.Equal(
            ["collect.sent", "collect.unsent"], await OperatedBooks.ReadAsync(
                studio.Books.Database,
                $"""
                SELECT DISTINCT what FROM operator_action WHERE person_id = '{desk.Person.Id}' AND reason = 'seen at the bank' ORDER BY 1
                """));
        await studio.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task Program_SaysOfEach_WhetherTheBankHadIt_AndAnOperatorHandsTheFileIn()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var (sent, first, second) = (
            await studio.DebitAsync(10_00), await studio.DebitAsync(20_00), await studio.DebitAsync(30_00));
        await studio.BackUpAsync();
        var (_, file) = await studio.CollectAsync();
        await studio.RestoreAsync();
        var later = await studio.DebitAsync(40_00);
        var server = await studio.ServeAsync();
        using var program = await ProgramAsync(studio, server);
        var (key, payment) = (Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N"), await studio.NumberOfAsync(sent));

        var (status, text) = await PostAsync(program, "sent", $"\"payments\":\"{payment}\"", key);
        Assert.True(status == HttpStatusCode.OK, text);
        Assert.Equal((status, text), await PostAsync(program, "sent", $"\"payments\":\"{payment}\"", key));
        // It is settled, and another request learns it; so does one about a debit of the time after the restore.
        foreach (var number in new[] { payment, await studio.NumberOfAsync(later) })
            Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(program, "sent", $"\"payments\":\"{number}\"")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(program, "unsent", "\"refunds\":\"one\"")).Status);
        var ofFirst = $"\"payments\":\"{await studio.NumberOfAsync(first)}\"";
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(program, "unsent", ofFirst)).Status);
        Assert.Equal(2, (await studio.PreviewAsync()).Taken);

        using var desk = await TestDesk.OpenAsync(studio.Books.Database, server, OperatorRole.Operator, studio.Merchant);
        await desk.LookEverywhereAsync(browser, $"{Collections}/lost", "lost-file");
        Assert.Contains("The file is refused", await HandInAsync(desk, "<Document/>"u8.ToArray()), StringComparison.Ordinal);
        var bytes = await File.ReadAllBytesAsync(file, Cancel);
        Assert.Contains("the bank had", await HandInAsync(desk, bytes), StringComparison.Ordinal);
        (status, text) = await PostAsync(program, "lost", $"\"file\":\"{Convert.ToBase64String(bytes)}\"");
        Assert.True(status == HttpStatusCode.OK && text.Contains("has this file already", StringComparison.Ordinal), text);
        Assert.Empty((await studio.PreviewAsync()).LeftOut);
        Assert.Equal(AttemptStatus.Pending, await studio.StatusOfAsync(second));
        await studio.Books.AssertCleanAsync();
    }

    private static async Task<HttpClient> ProgramAsync(RestorableStudio studio, Uri server)
    {
        var merchants = new Merchants(studio.Books.Database, TimeProvider.System);
        var installation = await merchants.InstallAsync(studio.Merchant, "quittance", Currency.Parse("EUR"), Cancel);
        var secret = NewSecret.Of(CredentialKind.Bearer);
        SecretWatch.OfTheRun.Add([secret]);
        await merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "bank", secret, ["refund"], Cancel);
        var program = new HttpClient { BaseAddress = server };
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return program;
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(
        HttpClient program, string act, string members, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/v1/collections/{act}", UriKind.Relative))
        {
            Content = new StringContent($"{{{members},\"reason\":\"seen at the bank\"}}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", key ?? Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N"));
        using var answer = await program.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<string> HandInAsync(TestDesk desk, byte[] file)
    {
        using var content = new MultipartFormDataContent
        {
            { new StringContent("action"), "_handler" },
            { new StringContent("it was at the bank"), "Reason" },
            { new ByteArrayContent(file), "File", "debits.xml" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Collections}/lost") { Content = content };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await desk.Client.SendAsync(request, Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    [Fact]
    public async Task Viewer_SeesThatItWaits_AndSaysNothing()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        await studio.DebitAsync(30_00);
        await studio.BackUpAsync();
        await studio.RestoreAsync();
        using var desk = await TestDesk.OpenAsync(
            studio.Books.Database, await studio.ServeAsync(), OperatorRole.Viewer, studio.Merchant);

        var page = await desk.PageAsync(Collections);
        Assert.Contains("1 debit of 30.00 EUR", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Page, page, StringComparison.Ordinal);
        using var said = await desk.SendAsync(Page, ("Went", "none"), ("Reason", "a drill"));
        Assert.Equal(HttpStatusCode.Forbidden, said.StatusCode);
        Assert.Equal(0, (await studio.PreviewAsync()).Taken);
    }

    private static async Task SayAsync(TestDesk desk, string went, string? chosen)
    {
        using var said = await SendAsync(desk, went, chosen);
        Assert.True(said.StatusCode == HttpStatusCode.SeeOther, await said.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<string> RefusedAsync(TestDesk desk, string went, string? chosen)
    {
        using var said = await SendAsync(desk, went, chosen);
        Assert.Equal(HttpStatusCode.OK, said.StatusCode);
        return await said.Content.ReadAsStringAsync(Cancel);
    }

    private static Task<HttpResponseMessage> SendAsync(TestDesk desk, string went, string? chosen)
    {
        (string, string)[] said = [("Went", went), ("Reason", "seen at the bank")];
        return desk.SendAsync(Page, chosen is null ? said : [.. said, ("Chosen", chosen)]);
    }
}
