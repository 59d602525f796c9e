using Microsoft.AspNetCore.Http;

namespace Quittance.Console.Access;

/// <summary>The client's program as it calls itself, fit for a line.</summary>
public static class ClientProgram
{
    private const int Longest = 200;

    /// <summary>The program of a request; empty where it says nothing.</summary>
    public static string Of(HttpContext? http) => string.Concat(
        (http?.Request.Headers.UserAgent.ToString() ?? "").Take(Longest).Select(character => char.IsControl(character) ? ' ' : character));
}
