using Quittance.Core;
using Quittance.Core.Access;

namespace Quittance.Host.Cli;

/// <summary>Who does what is done from the command line.</summary>
internal static class CommandLineOrigin
{
    /// <summary>An operator's action, as the audit log tells of it.</summary>
    /// <param name="merchant">Whose books.</param>
    /// <param name="what">What is done, such as <c>payment.refund</c>.</param>
    /// <param name="subject">What it is done to, as people would say it.</param>
    /// <param name="reason">Why, where that is asked for.</param>
    public static Origin Of(MerchantId merchant, string what, string subject, string reason = "") =>
        new(merchant, Credential: 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(null, OperatorAction.CommandLine, what, subject, reason),
        };
}
