namespace Quittance.Console.Pages.Access;

/// <summary>Where the pages are that decide who gets in.</summary>
internal static class AccessPlaces
{
    public const string Root = "/console/access";
    public const string Credentials = $"{Root}/credentials";
    public const string Clients = $"{Root}/clients";
    public const string People = $"{Root}/people";
    public const string Origins = $"{Root}/origins";
    public const string Installations = $"{Root}/installations";
    public const string Providers = $"{Root}/providers";

    /// <summary>How long running servers may take what was revoked.</summary>
    public const string Afterwards = "Running servers may take it for five seconds more.";
}
