using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>What a demo shows on its first day besides what others rely on: things to look at, and customers who can be reached.</summary>
[Long("a demo of its own")]
public sealed class DemoDayTests(RunningDemo demo) : IClassFixture<RunningDemo>
{
    private const string Own = "Authorization: Bearer demo-api";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Today_HasADispute_AReturnedDebit_AndAReceiverThatFails()
    {
        using var client = await SignedInAsync();
        var today = await client.GetStringAsync("console", Cancel);
        foreach (var what in (string[])["Disputes to answer", "Returned debits of this week", "Bank lines to decide"])
            Assert.Contains(what, today, StringComparison.Ordinal);

        var disputes = (await ItemsAsync("disputes")).ToDictionary(dispute => (string)dispute!["kind"]!, dispute => dispute!);
        Assert.Equal(
            [("chargeback", "open", "290.00", "15.00"), ("returned_debit", "open", "89.00", "3.00")],
            disputes.OrderBy(of => of.Key, StringComparer.Ordinal).Select(of => (
                of.Key, (string)of.Value["status"]!, (string)of.Value["amount"]!["amount"]!, (string)of.Value["fee"]!["amount"]!)));
        foreach (var dispute in disputes.Values)
        {
            var open = await ItemsAsync($"charges?account={dispute["account"]}&open=true");
            Assert.Contains((string)dispute["amount"]!["amount"]!, open.Select(charge => (string)charge!["open"]!["amount"]!));
        }

        // The server tries when it has time.
        for (var page = ""; !page.Contains(">failed ", StringComparison.Ordinal);)
        {
            page = await client.GetStringAsync("console/webhooks", Cancel);
            Assert.Contains("http://127.0.0.1:9/quittance", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task MostCustomers_HaveAnAddress_AnEMailAddress_AndALanguage()
    {
        string[] customers =
        [
            .. Enumerable.Range(2001, 32).Select(number => $"M-{number}"), .. Enumerable.Range(1101, 14).Select(number => $"P-{number}"),
            .. Enumerable.Range(3001, 14).Select(number => $"S-{number}"),
        ];
        var accounts = await Task.WhenAll(customers.Select(GetAsync));
        var reached = accounts.Where(account => account["email"] is not null).ToList();

        Assert.InRange(reached.Count, 45, 55);
        Assert.All(reached, account =>
        {
            Assert.Matches(@"^[a-z.]+@(example\.com|[a-z-]+\.example)$", (string)account["email"]!);
            Assert.NotNull(account["address"]!["city"]);
            Assert.NotNull(account["language"]);
        });
        Assert.Equal(reached.Count, reached.Select(account => (string)account["email"]!).Distinct().Count());

        async Task<JsonNode> GetAsync(string customer)
        {
            var (status, account) = await demo.SendAsync("GET", $"api/v1/accounts/{customer}", [Own]);
            Assert.Equal((customer, HttpStatusCode.OK), (customer, status));
            return account!;
        }
    }

    private async Task<JsonArray> ItemsAsync(string list) =>
        (await demo.SendAsync("GET", $"api/v1/{list}", [Own])).Body!["items"]!.AsArray();

    private async Task<HttpClient> SignedInAsync()
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = demo.Address };
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["_handler"] = "sign-in", ["User"] = "demo", ["Password"] = "demo" });
        using var answer = await client.PostAsync("console/sign-in", form, Cancel);
        answer.EnsureSuccessStatusCode();
        return client;
    }
}
