// Writes bank files with the npm package `sepa`: reads an array of files as JSON, prints an array of XML texts.
import { readFileSync } from 'node:fs';
import sepa from 'sepa';

const day = (text) => new Date(`${text}T00:00:00`);

function write(file) {
  const document = new sepa.Document(file.message);
  Object.assign(document.grpHdr, { id: file.id, created: day(file.createdOn), initiatorName: file.party.name });
  for (const group of file.groups) {
    const info = document.createPaymentInfo();
    const own = file.message.startsWith('pain.008') ? 'creditor' : 'debtor';
    Object.assign(info, {
      [`${own}Name`]: file.party.name, [`${own}IBAN`]: file.party.iban, [`${own}BIC`]: file.party.bic,
      batchBooking: group.isLump, requestedExecutionDate: day(group.day), collectionDate: day(group.day),
    });
    if (own === 'creditor')
      Object.assign(info, { creditorId: file.party.identifier, localInstrumentation: group.scheme, sequenceType: group.sequence });
    document.addPaymentInfo(info);
    info.id = group.id;
    for (const part of group.parts) {
      const other = own === 'creditor' ? 'debtor' : 'creditor';
      const transaction = info.createTransaction();
      Object.assign(transaction, {
        end2endId: part.id, amount: part.cents / 100, remittanceInfo: part.text,
        [`${other}Name`]: part.name, [`${other}IBAN`]: part.iban, [`${other}BIC`]: part.bic ?? '',
      });
      if (part.mandate)
        Object.assign(transaction, { mandateId: part.mandate, mandateSignatureDate: day(part.signedOn) });
      if (part.oldIdentifier)
        transaction.amendment = { originalCreditorSchemeId: part.oldIdentifier };
      info.addTransaction(transaction);
    }
  }

  document.normalize();
  return document.toString();
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(write)));
