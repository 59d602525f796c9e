namespace Quittance.Core.Access;

/// <summary>What someone may do in the console. Each role may do what the ones before it may.</summary>
public enum OperatorRole
{
    /// <summary>Sees everything but secrets, and changes nothing.</summary>
    Viewer,

    /// <summary>Moves money: refunds, allocations, settlements, and what else a day's work needs.</summary>
    Operator,

    /// <summary>Decides who gets in: people, credentials, clients, origins; and erases a person's data.</summary>
    Admin,
}
