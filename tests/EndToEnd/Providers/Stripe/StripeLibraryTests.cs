using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Providers.Notices;
using Quittance.Providers.Stripe;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>
/// Stripe's own library drives the Stripe face of the sandbox and checks its events, and signs one for our reader: the npm package
/// <c>stripe</c>. The members of the answers are compared with Stripe's own objects.
/// </summary>
[Long("all of the face, by the library of Stripe")]
public sealed class StripeLibraryTests(BooksFixture books)
{
    [Fact]
    public async Task Library_ReadsTheFace_AndWeReadTheLibrary()
    {
        var script = Path.Combine(RunningProgram.Solution, "tests", "EndToEnd", "Providers", "Stripe", "drive.mjs");
        var account = $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        var start = new ProcessStartInfo("node", [script, books.Sandbox.AbsoluteUri, account])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var node = Process.Start(start)!;
        var complaint = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await complaint);

        var signed = JsonNode.Parse(said)!;
        var (secret, body, signature) = ((string)signed["secret"]!, (string)signed["body"]!, (string)signed["signature"]!);
        Assert.Null(Read(secret, body, signature).Refusal);
        Assert.NotNull(Read(secret, $"{body} ", signature).Refusal);
        Assert.NotNull(Read($"{secret}0", body, signature).Refusal);
    }

    private static NoticeBatch Read(string secret, string body, string signature) => new StripeKind().ReadNotices(new PostedNotice(
        name => name == "Stripe-Signature" ? signature : null, Encoding.UTF8.GetBytes(body), [secret], TimeProvider.System.GetUtcNow()));
}
