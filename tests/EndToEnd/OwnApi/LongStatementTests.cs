using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Quittance.Core.Access;
using Quittance.Dialects.OwnApi;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Mails;
using Quittance.Tests.Running;
using UglyToad.PdfPig;

namespace Quittance.Tests.OwnApi;

/// <summary>The statement of a customer with 20,000 bills as PDF, on a server whose memory is little.</summary>
[Long("20,000 bills, in a program of its own")]
public sealed class LongStatementTests(BooksFixture books)
{
    private const int Bills = 20_000;
    private const long MostMore = 200L << 20;

    // The runtime refuses what would be alive beyond it.
    private const long MostAlive = 160L << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statement_TakesLessThan200MegabytesMoreThanIdle()
    {
        await using var office = await PostOffice.OpenAsync(books);
        var customer = await office.CustomerAsync();
        await Parallel.ForEachAsync(
            Enumerable.Range(1, Bills), new ParallelOptions { MaxDegreeOfParallelism = 256 },
            async (nth, _) => await office.OweAsync(customer, $"INV-{nth:00000}", 10_00 + nth, days: nth % 28));
        var secret = $"qk_{Biller.NewText()}";
        SecretWatch.OfTheRun.Add([secret]);
        var merchants = new Merchants(office.Own.Database, TimeProvider.System);
        var installation = (await merchants.InstallationsAsync(office.Merchant, Cancel)).Single();
        await merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "billing", secret, OwnApiRoutes.Setup.Scopes, Cancel);
        await using var server = await RunningProgram.StartAsync(
            new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = $"0x{MostAlive:x}" },
            "serve", "--database", office.Own.ConnectionString);
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        await FileAsync("?from=2020-01-01&to=2020-01-31");
        using var process = Process.GetProcessById(server.Id);
        var idle = process.WorkingSet64;

        var file = await FileAsync("");

        process.Refresh();
        await System.Console.Out.WriteLineAsync(
            $"The statement: idle {idle >> 20} MB, most {process.PeakWorkingSet64 >> 20} MB, file {file.Length >> 10} KB");
        Assert.InRange(process.PeakWorkingSet64 - idle, 0, MostMore);
        using var pdf = PdfDocument.Open(file);
        // Each bill stands among the lines and among what is open.
        Assert.InRange(pdf.NumberOfPages, 2 * Bills / 60, 2 * Bills / 30);
        Assert.Contains("INV-", pdf.GetPage(pdf.NumberOfPages / 2).Text, StringComparison.Ordinal);

        async Task<byte[]> FileAsync(string days)
        {
            var from = days.Length == 0 ? $"?from={office.Day.AddDays(-1):yyyy-MM-dd}&to={office.Day.AddDays(1):yyyy-MM-dd}" : days;
            using var answer = await client.GetAsync($"{Biller.Accounts}/{customer.Value:D}/statement.pdf{from}", Cancel);
            var content = await answer.Content.ReadAsByteArrayAsync(Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, System.Text.Encoding.UTF8.GetString(content));
            return content;
        }
    }
}
