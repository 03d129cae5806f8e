// Registers a device with symmetric.key, or with cert.pem and key.pem:
// node register.js http|mqtt|mqtt-ws|amqp|amqp-ws HOST ID-SCOPE REGISTRATION-ID
'use strict';
const fs = require('fs');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { SymmetricKeySecurityClient } = require('azure-iot-security-symmetric-key');
const { X509Security } = require('azure-iot-security-x509');
const transports = {
  http: require('azure-iot-provisioning-device-http').Http,
  mqtt: require('azure-iot-provisioning-device-mqtt').Mqtt,
  'mqtt-ws': require('azure-iot-provisioning-device-mqtt').MqttWs,
  amqp: require('azure-iot-provisioning-device-amqp').Amqp,
  'amqp-ws': require('azure-iot-provisioning-device-amqp').AmqpWs
};

const [transport, host, idScope, registrationId] = process.argv.slice(2);
const security = fs.existsSync('symmetric.key')
  ? new SymmetricKeySecurityClient(registrationId, fs.readFileSync('symmetric.key', 'utf8'))
  : new X509Security(registrationId, {
    cert: fs.readFileSync('cert.pem', 'utf8'),
    key: fs.readFileSync('key.pem', 'utf8')
  });
const client = ProvisioningDeviceClient.create(host, idScope, new transports[transport](), security);
client.register((error, result) => {
  if (error) {
    // Over AMQP it is what the server rejected the message with, as it came.
    console.log(
      JSON.stringify({
        error: error.name || error.condition,
        message: String(error.message || error.description),
        body: error.responseBody
      })
    );
    process.exit(1);
  }
  console.log(JSON.stringify(result));
  process.exit(0);
});
