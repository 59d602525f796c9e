using System.Net;
using System.Net.Sockets;

namespace Quittance.Bench.Servers;

/// <summary>Ports of this machine.</summary>
internal static class LocalPort
{
    /// <summary>An address with a port that no program has just now.</summary>
    public static Uri Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
