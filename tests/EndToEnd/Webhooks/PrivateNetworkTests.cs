using System.Net;
using System.Net.Sockets;
using System.Text;
using Quittance.Core.Webhooks;
using Quittance.Host.Webhooks;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>The server looks where a webhook leads when it connects, and does not trust the name in its address.</summary>
public sealed class PrivateNetworkTests
{
    private static readonly ReadOnlyMemory<byte> Body = Encoding.UTF8.GetBytes("{}");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://127.0.0.1")]
    [InlineData("https://localhost")]
    [InlineData("https://[::1]")]
    [InlineData("https://[::ffff:127.0.0.1]")]
    [InlineData("https://0.0.0.0")]
    [InlineData("https://2130706433")]
    public async Task PrivateAddress_IsNotEvenConnectedTo(string address)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0) { Server = { DualMode = true } };
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Assert.Equal(DeliveryFailure.PrivateAddress, await SendAsync($"{address}:{port}", new WebhookSettings()));

        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://2852039166/")]
    public async Task AddressOfTheLink_IsNotConnectedTo_WhereverElseItSends(string address) => Assert.Equal(
        DeliveryFailure.PrivateAddress, await SendAsync(address, new WebhookSettings { AllowsPrivateNetworks = true }));

    [Fact]
    public async Task UnencryptedAddress_IsReportedOnlyWherePrivateNetworksAreAllowed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        Assert.Equal(DeliveryFailure.Unencrypted, await SendAsync(receiver.Address.OriginalString, new WebhookSettings()));
        Assert.Empty(receiver.All);
        Assert.Null(await SendAsync(receiver.Address.OriginalString, new WebhookSettings { AllowsPrivateNetworks = true }));
        Assert.Single(receiver.All);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirection_IsNotFollowed(int status)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.FailFirst(status);
        Assert.Equal(DeliveryFailure.Redirected,
            await SendAsync(receiver.Address.OriginalString, new WebhookSettings { AllowsPrivateNetworks = true }));
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task Nobody_IsUnreachable()
    {
        var settings = new WebhookSettings { AllowsPrivateNetworks = true };
        Assert.Equal(DeliveryFailure.Unreachable, await SendAsync($"http://127.0.0.1:{BooksFixture.FreePort()}/", settings));
        Assert.Equal(DeliveryFailure.Unreachable, await SendAsync("https://nowhere.invalid/", settings));
        // A receiver that speaks no TLS.
        await using var receiver = await WebhookReceiver.StartAsync();
        Assert.Equal(DeliveryFailure.Unreachable, await SendAsync($"https://127.0.0.1:{receiver.Address.Port}/told", settings));
    }

    [Fact]
    public async Task Answer_WithoutEnd_IsNotReadToItsEnd()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var sent = AnswerForEverAsync(listener);

        Assert.Null(await SendAsync($"http://127.0.0.1:{port}/", new WebhookSettings { AllowsPrivateNetworks = true }));

        // It hung up long before it had heard all.
        Assert.True(await sent < 64 * 1024 * 1024);
    }

    private static async Task<long> AnswerForEverAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancel);
        var stream = client.GetStream();
        var chunk = new byte[64 * 1024];
        _ = await stream.ReadAsync(chunk, Cancel);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n"), Cancel);
        var sent = 0L;
        try
        {
            for (; sent < 64 * 1024 * 1024; sent += chunk.Length)
                await stream.WriteAsync(chunk, Cancel);
        }
        catch (IOException)
        {
            // The other side has had enough.
        }

        return sent;
    }

    private static async Task<DeliveryFailure?> SendAsync(string address, WebhookSettings settings)
    {
        using var sender = new WebhookSender(settings, TimeProvider.System);
        return (await sender.SendAsync(new Uri(address), "msg_1", [SigningKey.New()], Body, Cancel)).Failure;
    }
}
