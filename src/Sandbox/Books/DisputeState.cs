namespace Quittance.Sandbox.Books;

/// <summary>How far a dispute is.</summary>
public enum DisputeState
{
    /// <summary>The money is withheld.</summary>
    Opened,

    /// <summary>The merchant has the money and the fee again.</summary>
    Won,

    /// <summary>Money and fee are gone.</summary>
    Lost,
}
