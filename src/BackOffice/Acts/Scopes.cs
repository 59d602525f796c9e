namespace Quittance.BackOffice.Acts;

/// <summary>The scopes of programs that acts need; Quittance's own API offers them.</summary>
internal static class Scopes
{
    public const string Administer = "administer";
    public const string Settle = "settle";
}
