using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>The receivers that the guide of webhooks shows, each started as it says, take what a server sends.</summary>
[Long]
public sealed class DocumentedReceiverTests(BooksFixture books)
{
    private static readonly string Guide = File.ReadAllText(Path.Combine(RunningProgram.Solution, "docs", "webhooks.md"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Body_OfTheGuide_HasTheMembersOfAnEvent()
    {
        var (delivered, _) = await DeliveredAsync();

        var shown = JsonNode.Parse(Block("json"))!.AsObject();
        Assert.Equal(Shape(JsonNode.Parse(delivered.Body)!), Shape(shown));
    }

    [Fact]
    public Task ReceiverInPython_TakesEachEventOnce() => TakesAsync("python", "receiver.py", ["python3", "receiver.py"]);

    [Fact]
    public Task ReceiverInTypeScript_TakesEachEventOnce() => TakesAsync("typescript", "receiver.mts", ["node", "receiver.mjs"], [
        Path.Combine(RunningProgram.Solution, "node_modules", ".bin", "tsc"), "--strict", "--module", "nodenext", "--target", "es2022",
        "--typeRoots", Path.Combine(RunningProgram.Solution, "node_modules", "@types"), "--types", "node", "receiver.mts",
    ]);

    [Fact]
    public Task ReceiverInCSharp_TakesEachEventOnce() => TakesAsync("csharp", "receiver.cs", ["dotnet", "run", "receiver.cs"]);

    private async Task TakesAsync(string language, string file, string[] run, string[]? build = null)
    {
        var (delivered, secret) = await DeliveredAsync();
        var folder = Directory.CreateTempSubdirectory("quittance-receiver-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, file), Block(language), Cancel);
        if (build is not null)
        {
            using var building = Start(folder, build);
            Assert.True(await EndsWellAsync(building), await building.StandardOutput.ReadToEndAsync(Cancel));
        }

        var port = BooksFixture.FreePort();
        using var receiver = Start(folder, run, ("QUITTANCE_WEBHOOK_SECRET", secret), ("PORT", $"{port}"));
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await NoticePost.UntilAsync(() => ListensAsync(port));
            var old = TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeSeconds();
            Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, delivered with { Body = delivered.Body + " " }));
            Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, Signed(delivered with { Timestamp = $"{old}" }, secret)));
            Assert.Equal(HttpStatusCode.NoContent, await PostAsync(client, delivered));
            Assert.Equal(HttpStatusCode.NoContent, await PostAsync(client, delivered));
            var other = Signed(delivered with { Message = $"{delivered.Message}9" }, secret);
            Assert.Equal(HttpStatusCode.NoContent, await PostAsync(client, other));
            Assert.Equal("payment.recorded", await SaidAsync(receiver));
            Assert.Equal("payment.recorded", await SaidAsync(receiver));
        }
        finally
        {
            receiver.Kill(entireProcessTree: true);
            await receiver.WaitForExitAsync(Cancel);
            Directory.Delete(folder, recursive: true);
        }

        // The event that came twice was taken once.
        Assert.Null(await SaidAsync(receiver));
    }

    /// <summary>A payment.recorded as a server sent it, and the secret that signs it.</summary>
    private async Task<(ReceivedWebhook Delivered, string Secret)> DeliveredAsync()
    {
        var biller = await Biller.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var added = await biller.PostAsync(Biller.Webhooks, new JsonObject
        {
            ["url"] = receiver.Address.ToString(),
            ["events"] = new JsonArray("payment.recorded"),
        });
        Assert.Equal(HttpStatusCode.Created, added.Status);
        var account = await biller.CustomerAsync();
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "20", await biller.OwingAsync(account, "20")));
        Assert.Equal(HttpStatusCode.Created, paid.Status);
        var secret = (string)added.Json["secret"]!;
        SecretWatch.OfTheRun.Add([secret]);
        return (Assert.Single(await receiver.UntilAsync(1)), secret);
    }

    private static ReceivedWebhook Signed(ReceivedWebhook delivered, string secret) => delivered with
    {
        Signature = "v1," + Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(secret["whsec_".Length..]),
            Encoding.UTF8.GetBytes($"{delivered.Message}.{delivered.Timestamp}.{delivered.Body}"))),
    };

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, ReceivedWebhook delivered)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/quittance")
        {
            Content = new StringContent(delivered.Body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("webhook-id", delivered.Message);
        request.Headers.Add("webhook-timestamp", delivered.Timestamp);
        request.Headers.Add("webhook-signature", delivered.Signature);
        using var answer = await client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    /// <summary>The code that the guide shows in a language.</summary>
    private static string Block(string language)
    {
        var fence = $"\n```{language}\n";
        var start = Guide.IndexOf(fence, StringComparison.Ordinal) + fence.Length;
        Assert.True(start >= fence.Length, $"The guide has no code in {language}.");
        return Guide[start..(Guide.IndexOf("\n```\n", start, StringComparison.Ordinal) + 1)];
    }

    /// <summary>The names of all members, also of those within others.</summary>
    private static List<string> Shape(JsonNode node, string path = "") => node is not JsonObject members ? [path]
        : [.. members.SelectMany(member => Shape(member.Value!, $"{path}.{member.Key}")).Order(StringComparer.Ordinal)];

    private static Process Start(string folder, string[] line, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task<bool> EndsWellAsync(Process process)
    {
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode == 0;
    }

    private static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, Cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The next line that says what was taken: the frameworks say where they listen.</summary>
    private static async Task<string?> SaidAsync(Process receiver)
    {
        while (await receiver.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            if (line.Contains('.', StringComparison.Ordinal) && !line.Contains(' ', StringComparison.Ordinal))
                return line;
        }

        return null;
    }
}
