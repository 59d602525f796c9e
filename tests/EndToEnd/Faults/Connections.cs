using System.Net.Sockets;

namespace Quittance.Tests.Faults;

/// <summary>The connection of a client to a server that is killed.</summary>
internal static class Connections
{
    /// <summary>Whether the server is gone, or is not there yet.</summary>
    /// <remarks>
    /// The framework's client lets the socket's own error out where the server is killed in the moment between the connection and its
    /// first use.
    /// </remarks>
    public static bool IsBroken(Exception failed) => failed is HttpRequestException or SocketException;
}
