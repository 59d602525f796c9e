using System.Diagnostics;
using System.Text.Json;
using Quittance.Core.Webhooks;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>Receivers verify deliveries with the library that they have: the npm package <c>standardwebhooks</c>.</summary>
public sealed class LibraryTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PublicLibrary_TakesWhatWeSign_ByEitherSecretOfARotation_AndNothingElse()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, before) = await teller.SubscribeAsync(receiver.Address);
        var after = SigningKey.New();
        SecretWatch.OfTheRun.Add([after]);
        await teller.Secrets.RotateAsync(teller.Merchant, Teller.Credential, after, Cancel);
        await teller.PayAsync();
        await teller.Service().TellDueAsync(Cancel);
        var told = Assert.Single(receiver.All);

        Assert.Equal("taken", await AskAsync(before, told));
        Assert.Equal("taken", await AskAsync(after, told));
        Assert.StartsWith("refused", await AskAsync(SigningKey.New(), told), StringComparison.Ordinal);
        Assert.StartsWith("refused", await AskAsync(after, told with { Body = told.Body.Replace("10", "11", StringComparison.Ordinal) }),
            StringComparison.Ordinal);
        Assert.StartsWith("refused", await AskAsync(after, told with { Message = $"{told.Message}0" }), StringComparison.Ordinal);
    }

    private static async Task<string?> AskAsync(string secret, Told told)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(RunningProgram.Solution, "tests", "EndToEnd", "Webhooks", "receiver.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var node = Process.Start(start)!;
        await node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["secret"] = secret,
            ["body"] = told.Body,
            ["webhook-id"] = told.Message,
            ["webhook-timestamp"] = told.Timestamp,
            ["webhook-signature"] = told.Signature,
        }).AsMemory(), Cancel);
        node.StandardInput.Close();
        return await node.StandardOutput.ReadLineAsync(Cancel);
    }
}
