-- MySQL dump 10.13  Distrib 8.4.0
CREATE TABLE `orders` (
  `order_id` int NOT NULL,
  `order_number` varchar(20) NOT NULL,
  `status` varchar(20) DEFAULT NULL,
  `created_at` datetime NOT NULL,
  PRIMARY KEY (`order_id`)
) ENGINE=InnoDB;
INSERT INTO `orders` VALUES (1,'WEB-1','shipped','2026-05-10 07:00:00'),(2,'WEB-2','new','2026-05-11 07:00:00');
INSERT INTO `products` (`id`, `name`) VALUES (1,'Chair');
