using System.Globalization;
using System.Net;
using System.Text.Json;
using Quittance.Core.Instruments;
using Quittance.Tests.Running;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests;

/// <summary>Every way that a payment can go (TMF676 4.1), in events and in answers: each status with its time.</summary>
public sealed class StatusTests(BooksFixture books)
{
    private const string Pending = "pendingAuthorization";
    private const string Money = """{"unit":"USD","value":12.5}""";

    [Fact]
    public async Task Payments_ThroughAProvider_AreReportedStepByStep()
    {
        var http = new TmfHttp(books, "demo-telco");
        var customers = new Customers(books.Engine, books.Vault, books.DemoCompany, "tmf676");
        await using var receiver = await WebhookReceiver.StartAsync();
        var hub = await http.PostAsync(
            "/paymentManagement/v4/hub",
            $$"""{"callback":"{{receiver.Address}}","query":"eventType=PaymentCreateEvent,PaymentStateChangeEvent"}""");
        Assert.True(hub.Status == HttpStatusCode.Created, hub.Text);

        foreach (var (secret, steps) in new (InstrumentSecret, string[])[]
            {
                (Customers.CardOf("4242424242424242"), [Pending, "authorized", "done"]),
                (Customers.CardOf("4000000000000002"), [Pending, "denied"]),
                (Customers.CardOf("4000000000000341"), [Pending, "authorized", "failed"]),
                (Customers.IbanOf("DE02120300000000202051"), [Pending, "authorized", "captured", "done"]),
                (Customers.IbanOf("DE45120300000000000002"), [Pending, "authorized", "captured", "failed"]),
            })
        {
            var customer = await customers.CreateAsync(secret);
            var paid = await http.PostAsync(Telco.Payments, customer.Payment(12_50));
            Assert.True(paid.Status == HttpStatusCode.Created, paid.Text);
            await AssertStepsAsync(http, receiver, paid, steps);
        }

        await http.SendAsync(HttpMethod.Delete, $"/paymentManagement/v4/hub/{hub["id"]}", null, null);
    }

    [Fact]
    public async Task Payments_ThatWereOnlyRecorded_AreCompletedOrCancelledByAnOperator()
    {
        var telco = await books.Merchants.CreateAsync("Telco", TestContext.Current.CancellationToken);
        var http = await Telco.ClientOfAsync(books, telco);
        await using var receiver = await WebhookReceiver.StartAsync();
        Assert.Equal(HttpStatusCode.Created,
            (await http.PostAsync("/paymentManagement/v4/hub", $$"""{"callback":"{{receiver.Address}}"}""")).Status);
        var (paid, called, bare) =
            (await http.PayAsync("A-1", total: Money), await http.PayAsync("A-1", total: Money), await http.PayAsync("A-1"));
        var merchant = $"{await books.ScalarAsync("SELECT merchant_id FROM payment WHERE id = $1", Guid.Parse(paid["id"]!))}";

        await RunAsync(0, "payment", "complete", paid["id"]!, "--received-by", "bank-transfer", "--merchant", merchant);
        await RunAsync(0, "payment", "cancel", called["id"]!, "--reason", "never came", "--merchant", merchant);
        foreach (var closed in (string[])[paid["id"]!, called["id"]!])
        {
            await RunAsync(1, "payment", "complete", closed, "--received-by", "cash", "--merchant", merchant);
            await RunAsync(1, "payment", "cancel", closed, "--reason", "never came", "--merchant", merchant);
        }

        await RunAsync(1, "payment", "complete", bare["id"]!, "--received-by", "cash", "--merchant", merchant);
        await RunAsync(0, "payment", "cancel", bare["id"]!, "--reason", "never came", "--merchant", merchant);

        await AssertStepsAsync(http, receiver, paid, Pending, "done");
        await AssertStepsAsync(http, receiver, called, Pending, "canceled");
        await AssertStepsAsync(http, receiver, bare, Pending, "canceled");
        Assert.Equal([paid["id"]!], (await http.ListAsync("?status=done")).Ids());
        Assert.NotNull((await http.GetAsync(paid["href"]!))["paymentDate"]);
        await books.AssertBooksAreCleanAsync(telco);
    }

    /// <summary>The events have each step in order, each with its own time; answers and lists have the last.</summary>
    private static async Task AssertStepsAsync(TmfHttp http, WebhookReceiver receiver, TmfAnswer payment, params string[] steps)
    {
        var subject = Guid.Parse(payment["id"]!).ToString("N");
        await NoticePost.UntilAsync(() => Task.FromResult(Received().Count() >= steps.Length));
        var report = Received().Select(one => one.Json).ToList();
        var shown = await http.GetAsync(payment["href"]!);

        Assert.Equal(steps, report.Select(one => Text(PaymentOf(one), "status")));
        Assert.Equal(
            ["PaymentCreateEvent", .. Enumerable.Repeat("PaymentStateChangeEvent", steps.Length - 1)],
            report.Select(one => Text(one, "eventType")));
        Assert.All(report, one => Assert.Equal(Text(one, "eventTime"), Text(PaymentOf(one), "statusDate")));
        var dates = report.ConvertAll(one => DateTimeOffset.Parse(Text(PaymentOf(one), "statusDate"), CultureInfo.InvariantCulture));
        Assert.Equal(dates.Order(), dates);
        // The server that sends an event says its own address, and another test may have started one on the same books.
        var sender = new Uri(Text(PaymentOf(report[^1]), "href")).GetLeftPart(UriPartial.Authority);
        Assert.Equal(
            PaymentOf(report[^1]).GetRawText().Replace(
                sender, http.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal),
            shown.Text);
        Assert.Equal(
            [payment["id"]!], (await http.ListAsync($"?id={payment["id"]}&status={steps[^1]}&statusDate={shown["statusDate"]}")).Ids());

        IEnumerable<ReceivedWebhook> Received() => receiver.All.Where(one => one.Subject == subject).DistinctBy(one => one.Message);
    }

    private async Task RunAsync(int exitCode, params string[] arguments)
    {
        var (actual, output, error) = await RunningProgram.RunAsync([.. arguments, "--database", books.ConnectionString]);
        Assert.True(actual == exitCode, $"{string.Join(' ', arguments)}: {output}{error}");
    }

    private static JsonElement PaymentOf(JsonElement report) => report.GetProperty("event").GetProperty("payment");

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
