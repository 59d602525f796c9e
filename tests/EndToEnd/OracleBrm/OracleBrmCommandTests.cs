using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A carrier set up by its operator's commands.</summary>
public sealed class OracleBrmCommandTests(BooksFixture books)
{
    [Fact]
    public async Task Account_OpenedByACommand_HasANumberAndABillUnit()
    {
        var merchant = $"{(await books.Merchants.CreateAsync("Carrier", TestContext.Current.CancellationToken)).Value}";
        var credential = await RunAsync(merchant, "credential", "create", "--currency", "USD");
        var http = new TmfHttp(books, credential.Output.Split("Bearer ")[1].Trim());
        var opened = await RunAsync(
            merchant, "account", "create", "0.0.0.1+-account+7001", "--number", "ACC-7001", "--number", "0.0.0.1+-billinfo+7002",
            "--currency", "USD",
            "--payment-method", "visa-home");
        Assert.True(opened.ExitCode == 0, opened.Error);

        var paid = await http.PostAsync(Carrier.Payments, """
            {"@type":"Payment_CreateOracle","account":{"id":"ACC-7001"},"paymentMethod":{"id":"visa-home"},
             "totalAmount":{"unit":"USD","value":10},"billingCycleSpecification":{"id":"0.0.0.1+-billinfo+7002"} }
            """);

        Assert.True(paid.Status == HttpStatusCode.Created, paid.Text);
        var found = await http.GetAsync($"{Carrier.Payments}?account.id=0.0.0.1+-account+7001&@type=PaymentOracle");
        Assert.Equal(
            (paid["id"], "ACC-7001", "0.0.0.1+-billinfo+7002", "10"),
            (found["0/id"], found["0/account/id"], found["0/billingCycleSpecification/id"], found["0/unallocatedAmount/value"]));
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(string merchant, params string[] command) =>
        RunningProgram.RunAsync([.. command, "--merchant", merchant, "--api", "oracle-brm", "--database", books.ConnectionString]);
}
