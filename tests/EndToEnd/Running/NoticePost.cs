using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Storage.Providers;

namespace Quittance.Tests.Running;

/// <summary>Sends notices as the payment provider would, or as somebody else who tries to.</summary>
internal sealed class NoticePost(BooksFixture books)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string NewId() => $"msg_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

    /// <summary>The body of a notice that a request has changed.</summary>
    public static string Changed(Guid request, string verb, Guid authorisation, string state, long amountMinor) =>
        $$"""
        {"type":"request.changed","at":"2026-11-20T10:00:00Z","id":"{{request}}","verb":"{{verb}}",
         "authorisation":"{{authorisation}}","state":"{{state}}",
         "reason":{{(state == "declined" ? "\"declined\"" : "null")}},"amount_minor":{{amountMinor}},"currency":"USD"}
        """;

    /// <summary>The body of a notice about a dispute.</summary>
    public static string Dispute(string type, string dispute, Guid authorisation, long amountMinor, long feeMinor = 1500) =>
        $$"""
        {"type":"{{type}}","at":"2026-11-20T10:00:00Z","dispute":"{{dispute}}","kind":"chargeback","authorisation":"{{authorisation}}",
         "amount_minor":{{amountMinor}},"fee_minor":{{feeMinor}},"currency":"USD"}
        """;

    /// <summary>Demo Company's account at the sandbox.</summary>
    public async Task<ProviderAccount> AccountAsync() =>
        (await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).FindAsync(books.DemoCompany, "sandbox", Cancel))!;

    /// <summary>Sends a notice, signed with the account's key and just now unless told otherwise.</summary>
    public async Task<HttpStatusCode> SendAsync(
        string body, string? id = null, string? key = null, TimeSpan age = default, string provider = "sandbox",
        MerchantId? merchant = null)
    {
        var address = new Uri(books.Address, $"/providers/{provider}/merchants/{(merchant ?? books.DemoCompany).Value}/notices");
        return await SendAsync(books.Client, address, key ?? (await AccountAsync()).NoticeKeys[0], body, id, age);
    }

    /// <summary>Sends a notice, signed with a key, just now unless told otherwise.</summary>
    public static async Task<HttpStatusCode> SendAsync(
        HttpClient client, Uri address, string key, string body, string? id = null, TimeSpan age = default)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        id ??= NewId();
        var at = (TimeProvider.System.GetUtcNow() - age).ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{at}."), .. bytes];
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", $"{at}");
        var hash = HMACSHA256.HashData(Convert.FromBase64String(key["whsec_".Length..]), signed);
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(hash)}");
        using var answer = await client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    /// <summary>Begins a notice that does not say how long it is, and writes on until the server has had enough.</summary>
    /// <returns>The first line of the answer.</returns>
    public async Task<string> SendEndlesslyAsync(int atMost)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(books.Address.Host, books.Address.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /providers/sandbox/merchants/{books.DemoCompany.Value}/notices HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
                + $"chunked\r\n\r\n"), Cancel);
        var chunk = Encoding.ASCII.GetBytes($"1000\r\n{new string('x', 0x1000)}\r\n");
        try
        {
            for (var sent = 0; sent < atMost; sent += 0x1000)
                await stream.WriteAsync(chunk, Cancel);
        }
        catch (IOException)
        {
            // It has answered and hung up.
        }

        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadLineAsync(Cancel) ?? "";
    }

    /// <summary>Sends a notice that must be taken in, and waits until it was processed.</summary>
    /// <returns>Its outcome.</returns>
    public async Task<string> DeliverAsync(string body, string? id = null)
    {
        id ??= NewId();
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(body, id));
        return await OutcomeAsync("id = $1", id);
    }

    /// <summary>Waits until a notice is there and was processed.</summary>
    public async Task<string> OutcomeAsync(string which, params object[] parameters)
    {
        await UntilAsync(
            async () => await books.ScalarAsync(
            $"SELECT outcome FROM notice WHERE outcome <> 'received' AND {which}", parameters) is not null);
        return (string)(await books.ScalarAsync($"SELECT outcome FROM notice WHERE {which}", parameters))!;
    }

    /// <summary>Waits until something has become so, on a busy machine too.</summary>
    public static Task UntilAsync(Func<Task<bool>> isSo) => UntilAsync(isSo, TimeSpan.FromMilliseconds(20));

    /// <summary>Waits until something is so, and asks at a pace that the limits of an API's requests allow.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, TimeSpan pause)
    {
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < until, $"It has not become so for {Patience.TotalSeconds} seconds.");
            await Task.Delay(pause, TimeProvider.System, Cancel);
        }
    }
}
