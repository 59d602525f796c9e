using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Providers.GoCardless;
using Quittance.Providers.Notices;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>
/// GoCardless's own library drives the GoCardless face of the sandbox and checks its events: the npm package <c>gocardless-nodejs</c>. The
/// members of the answers are compared with GoCardless's own objects.
/// </summary>
public sealed class GoCardlessLibraryTests(BooksFixture books)
{
    [Fact]
    public async Task Library_ReadsTheFace_AndWeReadItsEvents()
    {
        var script = Path.Combine(RunningProgram.Solution, "tests", "EndToEnd", "Providers", "GoCardless", "drive.mjs");
        var account = $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        var start = new ProcessStartInfo("node", [script, new Uri(books.Sandbox, "gocardless").AbsoluteUri, account])
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

        var sent = JsonNode.Parse(said)!;
        var (secret, body, signature) = ((string)sent["secret"]!, (string)sent["body"]!, (string)sent["signature"]!);
        var read = Read(secret, body, signature);
        Assert.Equal((null, 0), (read.Refusal, read.Unreadable));
        Assert.NotEmpty(read.Notices);
        Assert.NotNull(Read(secret, $"{body} ", signature).Refusal);
    }

    private static NoticeBatch Read(string secret, string body, string signature) => new GoCardlessKind().ReadNotices(new PostedNotice(
        name => name == "Webhook-Signature" ? signature : null, Encoding.UTF8.GetBytes(body), [secret], TimeProvider.System.GetUtcNow()));
}
