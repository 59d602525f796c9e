namespace Quittance.Core.Payments;

/// <summary>Who holds money that was paid, until it is settled to the bank.</summary>
public static class ClearingProvider
{
    /// <summary>The house itself: the drawer with cash, cheques and vouchers.</summary>
    public const string Cash = "cash";

    /// <summary>The house's own bank account, on which customers' transfers arrive.</summary>
    public const string BankTransfer = "bank-transfer";

    /// <summary>A gateway of the client's that had charged the customer before we were told.</summary>
    public const string Gateway = "gateway";

    /// <summary>Whether no program answers for this holder: an operator or a line of a statement tells that its money moved.</summary>
    public static bool IsToldByPeople(string holder) => holder is Cash or BankTransfer or Gateway;
}
