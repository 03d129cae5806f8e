// Creates a group, reads, lists and deletes it: node groups.js CONNECTION-STRING GROUP-ID, certificate in ca.pem
'use strict';
const fs = require('fs');
const { ProvisioningServiceClient } = require('azure-iot-provisioning-service');

const [connectionString, enrollmentGroupId] = process.argv.slice(2);

async function main() {
  const client = ProvisioningServiceClient.fromConnectionString(connectionString);
  const created = (await client.createOrUpdateEnrollmentGroup({
    enrollmentGroupId,
    attestation: {
      type: 'x509',
      x509: { signingCertificates: { primary: { certificate: fs.readFileSync('ca.pem', 'utf8') } } }
    },
    provisioningStatus: 'enabled'
  })).responseBody;
  const read = (await client.getEnrollmentGroup(enrollmentGroupId)).responseBody;
  read.provisioningStatus = 'disabled';
  const updated = (await client.createOrUpdateEnrollmentGroup(read)).responseBody;
  const listed = await new Promise((resolve, reject) => {
    const found = [];
    const query = client.createEnrollmentGroupQuery({ query: '*' }, 2);
    // The promise form asks for the first page for ever.
    const onPage = (error, page) => {
      if (error) {
        reject(error);
        return;
      }
      found.push(...page.map((group) => group.enrollmentGroupId));
      if (query.hasMoreResults) {
        query.next(onPage);
      } else {
        resolve(found);
      }
    };
    query.next(onPage);
  });
  await client.deleteEnrollmentGroup(updated);
  const missing = await client.getEnrollmentGroup(enrollmentGroupId).then(() => 'there', (error) => error.message);
  console.log(JSON.stringify({ created, updated, listed, missing }));
}

main().then(() => process.exit(0), (error) => {
  console.log(`${error.name}: ${error.message} ${error.responseBody}`);
  process.exit(1);
});
