using Quittance.Core.Access;

namespace Quittance.Console.Parts;

/// <summary>What roles are called.</summary>
internal static class RoleWords
{
    public static string Of(OperatorRole role) => role switch
    {
        OperatorRole.Viewer => "Viewer",
        OperatorRole.Operator => "Operator",
        OperatorRole.Admin => "Admin",
    };
}
