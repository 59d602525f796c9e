namespace Quittance.Core.Access;

/// <summary>Which header or scheme carries a secret. A secret of one kind opens nothing as another.</summary>
public enum CredentialKind
{
    /// <summary><c>Authorization: Bearer</c>.</summary>
    Bearer,

    /// <summary>Midnight: <c>Authorization: Midnight</c>.</summary>
    Midnight,

    /// <summary>Midnight: <c>Authorization: PRC</c>, issued with the installation.</summary>
    Prc,

    /// <summary>Midnight: the header <c>MISKEY</c>.</summary>
    MisKey,

    /// <summary>The token of a payment session, which lets a customer pay in it and nothing else.</summary>
    Customer,

    /// <summary>The header <c>X-API-KEY</c>.</summary>
    ApiKey,

    /// <summary>A client of the authorisation server: its secret gets tokens, and the tokens go with its requests as <c>Authorization: Bearer</c>.</summary>
    Client,

    /// <summary>Somebody else's authorisation server, whose tokens open the installation. Opens nothing by itself.</summary>
    Issuer,
}
