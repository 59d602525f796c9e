using System.Diagnostics;
using System.Net.Http.Json;
using Quittance.Sandbox.Books;
using Quittance.Tests.Running;

namespace Quittance.Tests.Sandbox;

/// <summary>The sandbox as a process of its own.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-sandbox-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Books_SurviveKillNine_AndATornLine()
    {
        string before;
        using (var process = Start(out var client))
        using (client)
        {
            await IsReadyAsync(process, client);
            for (var index = 0; index < 20; index++)
            {
                var id = RunningSandbox.NewId;
                var authorisation =
                    new { id, amount_minor = 1000 + index, currency = "USD", instrument = RunningSandbox.CardOf(RunningSandbox.Card) };
                (await client.PostAsJsonAsync("/v1/authorisations", authorisation, Cancel)).EnsureSuccessStatusCode();
                (await client.PostAsJsonAsync("/v1/captures", RunningSandbox.Of(RunningSandbox.NewId, id), Cancel))
                    .EnsureSuccessStatusCode();
            }

            before = await client.GetStringAsync("/v1/books", Cancel);
            process.Kill();
            await process.WaitForExitAsync(Cancel);
        }

        await File.AppendAllTextAsync(Path.Combine(_folder, "journal.jsonl"), """{"account":"torn","authorisation":{"id":""", Cancel);
        for (var start = 0; start < 2; start++)
        {
            using var process = Start(out var client);
            using (client)
            {
                await IsReadyAsync(process, client);
                Assert.Equal(before, await client.GetStringAsync("/v1/books", Cancel));
                // A line that is written after the torn one can be read again.
                (await client.PutAsJsonAsync("/v1/notice-key", new { key = NoticeReceiver.KeyText }, Cancel)).EnsureSuccessStatusCode();
                process.Kill();
                await process.WaitForExitAsync(Cancel);
            }
        }
    }

    [Fact]
    public async Task WhatWasAnswered_IsKnownAfterKillNine()
    {
        List<Guid>[] answered = [[], [], [], []];
        using (var process = Start(out var client))
        using (client)
        {
            await IsReadyAsync(process, client);
            var sending = answered.Select(ids => SendUntilKilledAsync(client, ids)).ToArray();
            while (answered.Any(ids => ids.Count < 10))
                await Task.Delay(10, Cancel);
            process.Kill();
            await Task.WhenAll(sending);
            await process.WaitForExitAsync(Cancel);
        }

        using var books = SandboxBooks.Open(_folder, TimeProvider.System);
        var account = SandboxBooks.AccountOf("sk_test");
        Assert.All(answered.SelectMany(ids => ids), id => Assert.Equal(RequestState.Approved, books.Find(account, id).Request?.State));
    }

    [Fact]
    public async Task Program_StopsWhenAsked_AlsoWhileARequestHangs()
    {
        using var process = Start(out var client);
        using (client)
        {
            await IsReadyAsync(process, client);
            var body = new
            {
                id = RunningSandbox.NewId,
                amount_minor = 1,
                currency = "USD",
                instrument = RunningSandbox.CardOf("4000000000000119")
            };
            var hanging = client.PostAsJsonAsync("/v1/authorisations", body, Cancel);
            await Task.Delay(200, Cancel);
            Assert.Equal(0, Signal(process.Id));
            var asked = Stopwatch.GetTimestamp();
            await process.WaitForExitAsync(Cancel);
            Assert.Equal(0, process.ExitCode);
            Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(8));
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => hanging);
        }
    }

    private static async Task SendUntilKilledAsync(HttpClient client, List<Guid> answered)
    {
        try
        {
            while (true)
            {
                var id = RunningSandbox.NewId;
                var authorisation = new { id, amount_minor = 1, currency = "USD", instrument = RunningSandbox.CardOf(RunningSandbox.Card) };
                (await client.PostAsJsonAsync("/v1/authorisations", authorisation, Cancel)).EnsureSuccessStatusCode();
                answered.Add(id);
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }

    private static async Task IsReadyAsync(Process process, HttpClient client) => Assert.Equal(
        $"The sandbox is ready: {client.BaseAddress!.GetLeftPart(UriPartial.Authority)}",
        await process.StandardOutput.ReadLineAsync(Cancel));

    private static int Signal(int process)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process}"]);
        kill.WaitForExit();
        return kill.ExitCode;
    }

    private Process Start(out HttpClient client)
    {
        var port = BooksFixture.FreePort();
        client = RunningSandbox.ClientOf(new Uri($"http://127.0.0.1:{port}"), "sk_test");
        string[] arguments = ["--port", $"{port}", "--data", _folder];
        return Process.Start(
            new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Quittance.Sandbox"), arguments)
            {
                RedirectStandardOutput = true,
                UseShellExecute = false
            })!;
    }
}
