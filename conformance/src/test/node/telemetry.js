// Sends one message with cert.pem and key.pem: node telemetry.js HUB DEVICE-ID TEXT
'use strict';
const fs = require('fs');
const { Client, Message } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');

const [hub, deviceId, text] = process.argv.slice(2);

async function main() {
  const client = Client.fromConnectionString(`HostName=${hub};DeviceId=${deviceId};x509=true`, Mqtt);
  await client.setOptions({ cert: fs.readFileSync('cert.pem', 'utf8'), key: fs.readFileSync('key.pem', 'utf8') });
  await client.open();
  const message = new Message(text);
  message.messageId = 'message 1';
  message.contentType = 'application/json';
  message.contentEncoding = 'utf-8';
  message.properties.add('a b', 'c/d');
  await client.sendEvent(message);
  await client.close();
}

main().then(() => process.exit(0), (error) => {
  console.log(`${error.name}: ${error.message}`);
  process.exit(1);
});
