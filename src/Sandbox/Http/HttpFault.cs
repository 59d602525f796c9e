namespace Quittance.Sandbox.Http;

/// <summary>A request that gets an error for an answer.</summary>
internal sealed class HttpFault(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public static HttpFault Malformed(string field, string rule) => new(StatusCodes.Status400BadRequest, "malformed", $"{field} {rule}.");

    public static HttpFault NotFound(string what) => new(StatusCodes.Status404NotFound, "not_found", $"{what} does not exist.");
}
