using System.Net;
using System.Text.RegularExpressions;
using Quittance.Core.Webhooks;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>An operator's work with webhooks.</summary>
public sealed partial class OperatorTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receiver_AddedListedAndRemoved_HasASecretThatIsShownOnceAndRotated()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var added = await RunAsync(
            teller, "add", "--api", "tmf676", "--event", "PaymentCreateEvent", "--url", receiver.Address.OriginalString);
        var secret = SecretIn(added);
        Assert.Contains("gets PaymentCreateEvent", added, StringComparison.Ordinal);
        Assert.Contains("--private-webhooks", added, StringComparison.Ordinal);

        var second = await RunAsync(teller, "add", "--api", "tmf676", "--url", "https://hooks.example/told");
        Assert.DoesNotContain("whsec_", second, StringComparison.Ordinal);
        Assert.DoesNotContain("--private-webhooks", second, StringComparison.Ordinal);
        Assert.Contains("gets these events already",
            await FailAsync(teller, "add", "--api", "tmf676", "--url", "https://hooks.example/told"), StringComparison.Ordinal);
        var list = await RunAsync(teller, "list");
        Assert.Contains("https://hooks.example/told", list, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", list, StringComparison.Ordinal);
        await RunAsync(teller, "remove", Id().Match(second).Value);
        Assert.DoesNotContain("https://hooks.example/told", await RunAsync(teller, "list"), StringComparison.Ordinal);
        Assert.Contains("no receiver", await FailAsync(teller, "remove", Id().Match(second).Value), StringComparison.Ordinal);

        var rotated = SecretIn(await RunAsync(teller, "rotate-secret", "--api", "tmf676"));
        await teller.PayAsync();
        await teller.Service().TellDueAsync(Cancel);
        var webhook = Assert.Single(receiver.All);
        Assert.True(webhook.IsSignedBy(secret) && webhook.IsSignedBy(rotated) && secret != rotated);
    }

    [Fact]
    public async Task DeadLetters_AreListedAndReplayed()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        await teller.SubscribeAsync(receiver.Address);
        receiver.Answer = _ => Task.FromResult<int?>(400);
        await teller.PayAsync();
        var service = teller.Service();
        for (var tries = 0; tries < DeliverySchedule.Tries; tries++)
        {
            await service.TellDueAsync(Cancel);
            teller.Clock.Advance(TimeSpan.FromHours(10));
        }

        var message = receiver.All.First().Message;
        var listed = await RunAsync(teller, "dead", "list");
        Assert.Contains(message, listed, StringComparison.Ordinal);
        Assert.Contains("Refused", listed, StringComparison.Ordinal);
        Assert.Contains("no such failed event", await FailAsync(teller, "dead", "replay", "msg_of_nobody_1"), StringComparison.Ordinal);
        Assert.Contains("sent again: 1", await RunAsync(teller, "dead", "replay", message), StringComparison.Ordinal);
        Assert.Contains("Nothing was given up", await RunAsync(teller, "dead", "list"), StringComparison.Ordinal);

        receiver.Answer = _ => Task.FromResult<int?>((int)HttpStatusCode.NoContent);
        await service.TellDueAsync(Cancel);
        Assert.Equal("delivered 1", await teller.StandAsync());
    }

    [Theory]
    [InlineData("is no credential", "no credential of train-travel", "--api", "train-travel", "--url", "https://hooks.example/")]
    [InlineData("tells nothing", "has no events", "--api", "midnight", "--url", "https://hooks.example/")]
    [InlineData("has no such event", "knows no event newBooking", "--api", "tmf676", "--url", "https://hooks.example/", "--event",
        "newBooking")]
    [InlineData("is no web address", "must be an absolute https address", "--api", "tmf676", "--url", "file:///etc/passwd")]
    [InlineData("is no credential of it", "Known: 1 (test)", "--api", "tmf676", "--url", "https://hooks.example/", "--credential", "7")]
    public async Task Receiver_WhereThere(string what, string said, params string[] arguments)
    {
        await using var teller = await Teller.CreateAsync(books);
        var error = await FailAsync(teller, ["add", .. arguments]);
        Assert.True(error.Contains(said, StringComparison.Ordinal), $"Where there {what}: {error}");
    }

    private static string SecretIn(string output)
    {
        var secret = Secret().Match(output).Value;
        Assert.NotEmpty(secret);
        SecretWatch.OfTheRun.Add([secret]);
        return secret;
    }

    private static async Task<string> RunAsync(Teller teller, params string[] arguments)
    {
        var (exitCode, output, error) = await CommandAsync(teller, arguments);
        Assert.True(exitCode == 0, output + error);
        return output;
    }

    private static async Task<string> FailAsync(Teller teller, params string[] arguments)
    {
        var (exitCode, output, error) = await CommandAsync(teller, arguments);
        Assert.True(exitCode == 1, output + error);
        return error;
    }

    private static Task<(int ExitCode, string Output, string Error)> CommandAsync(Teller teller, string[] arguments) =>
        RunningProgram.RunAsync(
            ["webhook", .. arguments, "--merchant", $"{teller.Merchant.Value}", "--database", teller.Own.ConnectionString]);

    [GeneratedRegex("whsec_[A-Za-z0-9+/=]+", RegexOptions.None, 60_000)]
    private static partial Regex Secret();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Id();
}
