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
        var delivered = Assert.Single(receiver.All);

        Assert.Equal("taken", await AskAsync(before, delivered));
        Assert.Equal("taken", await AskAsync(after, delivered));
        Assert.StartsWith("refused", await AskAsync(SigningKey.New(), delivered), StringComparison.Ordinal);
        var altered = delivered with { Body = delivered.Body.Replace("10", "11", StringComparison.Ordinal) };
        Assert.StartsWith("refused", await AskAsync(after, altered), StringComparison.Ordinal);
        Assert.StartsWith("refused", await AskAsync(after, delivered with { Message = $"{delivered.Message}0" }), StringComparison.Ordinal);
    }

    private static async Task<string?> AskAsync(string secret, ReceivedWebhook delivered)
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
            ["body"] = delivered.Body,
            ["webhook-id"] = delivered.Message,
            ["webhook-timestamp"] = delivered.Timestamp,
            ["webhook-signature"] = delivered.Signature,
        }).AsMemory(), Cancel);
        node.StandardInput.Close();
        return await node.StandardOutput.ReadLineAsync(Cancel);
    }
}
